"""A model that reads an article window by window, and says how much of it it read."""

import re
from collections.abc import Callable, Collection, Iterable
from functools import cache
from importlib import resources

import msgspec

from curation.ontology import Ontology, load_ontology
from curation.prelabel.models.combination import fill, nothing
from curation.prelabel.models.windows import Limit, windows
from curation.prelabel.registry import table, values
from curation.records import Annotation, Article, Event, Relation, Span


class Draft(msgspec.Struct, frozen=True):
    """What a model found in one window: offsets into the window, ids of its own."""

    spans: tuple[Span, ...] = ()
    events: tuple[Event, ...] = ()
    relations: tuple[Relation, ...] = ()


class Coverage(msgspec.Struct, frozen=True):
    """How many code points of the articles given to it a model read, in how many windows.

    `other_language` counts the articles that it was not made for, which are not in `total`;
    `lost` the words that it named and that are not in the text.
    """

    read: int = 0
    total: int = 0
    windows: int = 0
    other_language: int = 0
    lost: int = 0

    @property
    def share(self) -> float:
        """Return the part that was read, 1 where there was nothing to read."""
        return self.read / self.total if self.total else 1.0

    def __str__(self) -> str:
        words = f"{self.share:.1%} of {self.total} characters, {self.windows} windows"
        if self.other_language:
            words += f", {self.other_language} articles of another language left out"
        return words + (f", {self.lost} words not found in the text" if self.lost else "")


Read = Callable[[str], tuple[Draft, int] | None]
"""From a window's text to what was found and how many words were not; None where not read."""


class WindowedModel:
    """A pre-labeller around a function that reads one window.

    `languages` are those that the model was made for, None for any.
    """

    def __init__(
        self,
        by: str,
        read: Read,
        limit: Limit,
        languages: Collection[str] | None = None,
        ontology: Ontology | None = None,
    ) -> None:
        self.by, self.coverage = by, Coverage()
        self._read, self._limit, self._languages = read, limit, languages
        self._ontology = ontology or load_ontology()

    def __call__(self, article: Article) -> Annotation:
        """Return the candidates of all windows that the model could read."""
        made = nothing(article, self.by, self._ontology)
        if self._languages is not None and article.lang not in self._languages:
            self._count(other_language=1)
            return made
        self._count(total=len(article.text))
        for start, end in windows(article.text, self._limit):
            found = self._read(article.text[start:end]) if article.text[start:end].strip() else None
            if found is None and article.text[start:end].strip():
                self._count(windows=1)
                continue
            self._count(read=end - start, windows=1, lost=found[1] if found else 0)
            if found:
                made = fill(made, self._placed(article, found[0], start, made), self._ontology)
        return made

    def _count(self, **more: int) -> None:
        known = msgspec.structs.asdict(self.coverage)
        self.coverage = Coverage(**{k: known[k] + more.get(k, 0) for k in known})

    def _placed(self, article: Article, draft: Draft, offset: int, empty: Annotation) -> Annotation:
        spans = (self._span(article, span, offset) for span in draft.spans)
        events = (self._event(article, event, offset) for event in draft.events)
        return msgspec.structs.replace(
            empty,
            spans=tuple(span for span in spans if span is not None),
            events=tuple(event for event in events if event is not None),
            relations=draft.relations,
        )

    def _span(self, article: Article, span: Span, offset: int) -> Span | None:
        label = self._ontology.labels.get(span.label)
        place = trimmed(article.text, span.start + offset, span.end + offset)
        if label is None or place is None:
            return None
        text = article.text[place[0] : place[1]]
        kb = span.kb or (country_of(text) if span.label == "COUNTRY" else None)
        return msgspec.structs.replace(
            span,
            start=place[0],
            end=place[1],
            text=text,
            kb=self._valid("kb", kb, label.attributes),
            value=self._valid("value", span.value, label.attributes),
            by=self.by,
        )

    def _valid(self, name: str, value: str | None, allowed: Iterable[str]) -> str | None:
        fits = value and re.fullmatch(self._ontology.attributes[name].pattern, value)
        return value if fits and name in allowed else None

    def _event(self, article: Article, event: Event, offset: int) -> Event | None:
        place = trimmed(article.text, event.start + offset, event.end + offset)
        known = event.type in self._ontology.event_types
        if place is None or not known or event.modality not in self._ontology.modalities:
            return None
        start, end = place
        text = article.text[start:end]
        return msgspec.structs.replace(event, start=start, end=end, text=text, by=self.by)


_ARTICLE = re.compile(r"(?i:the)\s+(?=\S)")
_POSSESSIVE = re.compile(r"['’]s?$")


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the range at whole words, without white space, "the" and a possessive; None if empty.

    Models that read pieces of words end spans within a word, and mark articles in.
    """
    start, end = max(start, 0), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    found = _ARTICLE.match(text, start, end)
    start = found.end() if found else start
    owned = _POSSESSIVE.search(text[start:end])
    end = start + owned.start() if owned else end
    return (start, end) if start < end else None


@cache
def _known_labels() -> dict[str, str]:
    source = resources.files("curation.prelabel.models") / "labels.tsv"
    rows = source.read_text(encoding="utf-8").splitlines()[1:]
    cells = [row.split("\t") for row in rows]
    return {row[0]: row[1] for row in cells}


def label_of(name: str, words: str) -> str | None:
    """Return the ontology's label for a model's label, None where there is none.

    A name of the ontology stands for itself. Models that do not part states from places
    (GPE, LOC) are told apart by the list of countries.
    """
    bare = name.upper().removeprefix("B-").removeprefix("I-")
    label = bare if bare in load_ontology().labels else _known_labels().get(bare)
    if label == "PLACE" and country_of(words):
        return "COUNTRY"
    return label


def country_of(words: str) -> str | None:
    """Return the identifier of the state that has this name in Vietnamese or English."""
    plain = re.sub(r"^(?i:the)\s+|['’]s$", "", words.strip())
    return _countries().get(plain)


@cache
def _countries() -> dict[str, str]:
    return {
        form: f"iso3166:{row['iso2']}"
        for row in table("countries")
        if row["iso2"] and row["kind"] not in ("dependent", "associated")
        for column in ("vi", "en")
        for form in values(row[column])
    }
