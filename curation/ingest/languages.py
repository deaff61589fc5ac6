"""The language of a text: py3langid, and the signs of the languages where it is in doubt."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from curation.errors import UsageError
from curation.ingest.cleaning.rules import load_languages

READ = 2_000
"""So many code points of a text are looked at."""
MIN_LETTERS = 20
"""With fewer letters no language is told."""
CLEAR = 0.5
"""A language of the project is taken with this share of the probability of the best of all."""
MIN_WORD_SHARE = 0.12
MIN_LETTER_SHARE = 0.04
_WORD = re.compile(r"[^\W\d_]+")


def check_languages(languages: Sequence[str]) -> None:
    """Raise `UsageError` for languages that cannot be told."""
    unknown = sorted(set(languages) - set(_identifier().labels))
    if unknown or not languages:
        named = ", ".join(unknown) or "none"
        raise UsageError(
            f"languages: {named}: cannot be told from their text. "
            "Give two-letter codes (ISO 639-1) as in `vi` or `en`."
        )


def count_letters(text: str) -> int:
    """Count the letters at the beginning of a text."""
    return sum(map(len, _WORD.findall(text[:READ])))


def language_of(text: str, languages: Sequence[str]) -> str | None:
    """Return the one of `languages` that a text with letters is in; None where it is in none."""
    text = text[:READ]
    signed = [name for name in languages if _signs(text, name) >= 1]
    if len(signed) == 1:
        return signed[0]  # be there names of another language in it
    ranks: list[tuple[str, float]] = _identifier().rank(text)
    best, top = ranks[0]
    if signed and best not in signed:
        return signed[0]
    if best in languages:
        return best
    return next((name for name, at in ranks if name in languages and at >= CLEAR * top), None)


def other_language_of(text: str) -> str:
    """Return the most probable language of all that are known."""
    return str(_identifier().rank(text[:READ])[0][0])


def signed_languages(text: str) -> list[str]:
    """Return the languages whose signs are strong at the beginning of a text."""
    text = text[:READ]
    return [language for language in load_languages() if _signs(text, language) >= 1]


def _signs(text: str, language: str) -> float:
    """Return how strong a language's signs are; from 1 on they decide."""
    signs = load_languages().get(language)
    if signs is None:
        return 0.0
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        return 0.0
    common = sum(word in signs.words for word in words) / len(words)
    if not signs.letters:
        return common / MIN_WORD_SHARE
    letters = "".join(words)
    marked = sum(letter in signs.letters for letter in letters) / len(letters)
    return min(common / MIN_WORD_SHARE, marked / MIN_LETTER_SHARE)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
