"""The tables of the package: the weight of each feature, word classes, learned trigger forms."""

import gzip
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from math import exp
from typing import Any, NamedTuple

import msgspec


class Weights(msgspec.Struct, frozen=True):
    """A logistic model over features that are there or not; weights in thousandths of log-odds.

    Whole numbers, so that their sum does not hang on the order of the features, which may come
    from sets. `cut` is the least chance to keep; a candidate below `floor` is not looked into.
    """

    cut: float
    bias: int
    of: Mapping[str, int]
    floor: int = -99_000

    def chance(self, features: Iterable[str]) -> float:
        """Return the chance from 0 to 1 that a candidate with these features is right."""
        return 1 / (1 + exp(-max(min(self._sum(features) / 1000, 30.0), -30.0)))

    def hopeless(self, features: Iterable[str]) -> bool:
        """Tell whether a candidate is so unlikely by some features that the others do not count."""
        return self._sum(features) < self.floor

    def _sum(self, features: Iterable[str]) -> int:
        return sum(filter(None, map(self.of.get, features)), self.bias)


class Form(NamedTuple):
    """Words that named an event of a type in annotated articles, folded and lower-cased."""

    words: str
    type: str


class Models(NamedTuple):
    """What was learned of a language; `forms` are the words that named events."""

    forms: tuple[Form, ...]
    triggers: Weights
    arguments: Weights


@cache
def shipped(lang: str) -> Models:
    """Return the models of the package for a language ("vi" or "en")."""
    forms = msgspec.convert(_table(f"{lang}-forms"), tuple[Form, ...])
    triggers, arguments = (
        msgspec.convert(_table(f"{lang}-{kind}"), Weights) for kind in ("triggers", "arguments")
    )
    return Models(forms, triggers, arguments)


@cache
def classes(lang: str) -> Mapping[str, str]:
    """Return the classes of each word, wide, middle and narrow: words used alike share one."""
    found: dict[str, str] = _table(f"{lang}-classes")
    return found


@cache
def longest_with_class(lang: str) -> Mapping[str, int]:
    """Return the tokens of the longest word with a class that a token opens, if more than one."""
    found: dict[str, int] = {}
    for word in classes(lang):
        if " " in word:
            first = word[: word.index(" ")]
            found[first] = max(found.get(first, 0), word.count(" ") + 1)
    return found


def _table(name: str) -> Any:
    source = resources.files("curation.prelabel.weighed") / "data" / f"{name}.json.gz"
    return msgspec.json.decode(gzip.decompress(source.read_bytes()))
