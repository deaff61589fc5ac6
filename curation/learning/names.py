"""Names that the gold bears out and the package lacks, and names that people keep striking out.

A form becomes a known name where the gold marks it with one label in at least `SHARE` of the
places where it stands as whole words (places within a longer name left out), and
- it has several words, or is marked in `ARTICLES` articles; a single word is never taken for a
  PERSON, since it stands for a longer name only within its article;
- it has a capital, or is a ROLE;
- the shipped tables lack it under every label (the context decides on a form of theirs), and,
  of a ROLE, the rules overlook some mention.

A form is suppressed where the rules propose it with a label, and the gold has nothing of this
label there, at least `STRUCK` times, in `ARTICLES` articles and in `SHARE_STRUCK` of the cases.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from curation.learning.examples import Example
from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.names import Key, Name
from curation.prelabel.registry import Entry, Matcher, forms
from curation.prelabel.text import fold, lower
from curation.records import Annotation, Span

SHARE = 0.8
ARTICLES = 2
STRUCK = 3
SHARE_STRUCK = 0.75
LABELS = ("PERSON", "PARTY", "ORG", "COUNTRY", "ROLE")
LONGEST = 100


class _Found:
    """The marked mentions of one form."""

    def __init__(self) -> None:
        self.texts, self.kbs, self.mentions = Counter[str](), Counter[str](), list[_Mention]()


_Mention = tuple[Example, Span]
Answers = Mapping[str, Sequence[Annotation]]
"""What persons answered, by article."""


def learn_names(examples: Sequence[Example], answers: Answers, date: str) -> list[Name]:
    """Return the names that the examples teach; `date` is written into each row."""
    return sorted(
        [*confirmed(examples, answers, date), *struck(examples, date)], key=lambda name: name.key
    )


def confirmed(examples: Sequence[Example], answers: Answers, date: str) -> list[Name]:
    """Return the names to be known."""
    marked = _marked(examples)
    seen = _seen(examples, marked)
    shipped = {lang: forms(lang) for lang in {one.lang for one in examples}}
    return [
        _name(key, found, seen[key], answers, date)
        for key, found in marked.items()
        if key[0] not in shipped[key[2]] and _taken(key, found, seen[key])
    ]


def _marked(examples: Iterable[Example]) -> dict[Key, _Found]:
    marked: dict[Key, _Found] = defaultdict(_Found)
    for one in examples:
        for span in one.gold.spans:
            form = _form(span)
            if form and span.label in LABELS:
                found = marked[lower(fold(span.text)), span.label, one.lang]
                found.mentions.append((one, span))
                found.texts[form] += 1
                found.kbs[span.kb or ""] += 1
    return marked


def _form(span: Span) -> str:
    """Return the words of a span as a cell can hold them; "" where they are none or too many."""
    form = span.text.replace("\u00a0", " ")
    return form if form.isprintable() and len(form) <= LONGEST else ""


def _seen(examples: Iterable[Example], marked: Iterable[Key]) -> Counter[Key]:
    """Count the places where each form stands by itself, marked or not."""
    keys: dict[str, list[Key]] = defaultdict(list)
    for key in marked:
        keys[key[2]].append(key)
    matchers = {
        lang: Matcher(Entry(form, label, "", None, "", "any") for form, label, _ in found)
        for lang, found in keys.items()
    }
    seen = Counter[Key]()
    for one in examples:
        if one.lang in matchers:
            document = one.reading.document
            cover = Cover([Candidate(s.start, s.end, s.label, "") for s in one.gold.spans])
            for hit in matchers[one.lang].find(document.folded, document.lower):
                if not _within_longer(hit.start, hit.end, cover):
                    seen[hit.entry.form, hit.entry.label, one.lang] += 1
    return seen


def _within_longer(start: int, end: int, cover: Cover) -> bool:
    longer = (one for one in cover.within(start, end) if one.end - one.start > end - start)
    return any(one.start <= start and end <= one.end for one in longer)


def _taken(key: Key, found: _Found, seen: int) -> bool:
    form, label, _ = key
    articles = {one.article.id for one, _ in found.mentions}
    if len(found.mentions) < SHARE * seen:
        return False
    if " " not in form and (label == "PERSON" or len(articles) < ARTICLES):
        return False
    if label == "ROLE":
        return any(not _proposed(one, span) for one, span in found.mentions)
    return any(char.isupper() for char in _spelt(found))


def _proposed(one: Example, span: Span) -> bool:
    place = (span.start, span.end, span.label)
    return any((c.start, c.end, c.label) == place for c in one.reading.entities)


def _spelt(found: _Found) -> str:
    """Return the form as it is mostly written, the first of the alphabet where several are."""
    return min(found.texts, key=lambda text: (text.isupper(), -found.texts[text], text))


def _name(key: Key, found: _Found, seen: int, answers: Answers, date: str) -> Name:
    kb = min(found.kbs, key=lambda one: (not one, -found.kbs[one], one))
    agreed = {
        answer.author.name
        for one, span in found.mentions
        for answer in answers.get(one.article.id, ())
        if any(
            (s.start, s.end, s.label) == (span.start, span.end, span.label) for s in answer.spans
        )
    }
    return Name(
        form=_spelt(found),
        label=key[1],
        lang=key[2],
        kb=kb,
        marked=len(found.mentions),
        seen=seen,
        articles=tuple(sorted({one.article.id for one, _ in found.mentions})),
        people=tuple(sorted(agreed or {one.gold.author.name for one, _ in found.mentions})),
        date=date,
    )


def struck(examples: Iterable[Example], date: str) -> list[Name]:
    """Return the names that are to be suppressed."""
    made: dict[Key, list[tuple[Example, Candidate, bool]]] = defaultdict(list)
    for one in examples:
        cover = Cover([Candidate(s.start, s.end, s.label, "") for s in one.gold.spans])
        for entity in one.reading.entities:
            rivals = cover.within(entity.start, entity.end)
            kept = any(rival.label == entity.label for rival in rivals)
            form = one.reading.document.lower[entity.start : entity.end]
            made[form, entity.label, one.lang].append((one, entity, kept))
    return [_struck(key, found, date) for key, found in made.items() if _is_struck(found)]


def _is_struck(found: Sequence[tuple[Example, Candidate, bool]]) -> bool:
    gone = [one.article.id for one, _, kept in found if not kept]
    enough = len(gone) >= STRUCK and len(set(gone)) >= ARTICLES
    return enough and len(gone) >= SHARE_STRUCK * len(found)


def _struck(key: Key, found: Sequence[tuple[Example, Candidate, bool]], date: str) -> Name:
    texts = Counter(one.article.text[made.start : made.end] for one, made, _ in found)
    gone = [one for one, _, kept in found if not kept]
    return Name(
        form=min(texts, key=lambda text: (-texts[text], text)),
        label=key[1],
        lang=key[2],
        status="suppressed",
        marked=len(found) - len(gone),
        seen=len(found),
        articles=tuple(sorted({one.article.id for one in gone})),
        people=tuple(sorted({one.gold.author.name for one in gone})),
        date=date,
    )
