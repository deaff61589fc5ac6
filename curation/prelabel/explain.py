"""What each part proposed for an article, what won, and what lost to whom or was refused."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal

import msgspec

from curation.ontology import Ontology
from curation.prelabel import Prelabeller, Reading, Rules
from curation.prelabel.candidates import Candidate, Loss, losses
from curation.prelabel.dates import OVERLAP
from curation.prelabel.models.combination import Combined, combine
from curation.prelabel.triggers import Trigger
from curation.records import Annotation, Article, Event, Span

Outcome = Literal["won", "lost", "refused"]
Fragment = tuple[str, str]
"""A piece of the text for reading, and its style: a colour, a weight, or "" for plain."""


class ShownProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed entity or trigger; `label` is its label or its event type.

    `why` says how it lost to `winner` (see `candidates.Loss`; "model" where another model comes
    first) or which rule refused it.
    """

    part: str
    by: str
    start: int
    end: int
    text: str
    label: str
    score: float | None = None
    value: str | None = None
    kb: str | None = None
    outcome: Outcome = "won"
    why: str = ""
    winner: str = ""


class ShownArgument(msgspec.Struct, frozen=True):
    """A role, the words and the label that fill it, and the rule that says so."""

    role: str
    text: str
    label: str
    by: str


class ShownEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger that passed its tests, with what the rules made of it."""

    trigger: ShownProposal
    modality: str
    modality_by: str
    arguments: tuple[ShownArgument, ...] = ()


class ShownRelation(msgspec.Struct, frozen=True):
    """A relation between the words of two entities, and the rule that made it."""

    type: str
    source: str
    target: str
    by: str


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """An article explained; `annotation` is what all models together propose for it."""

    article: str
    file: str
    lang: str
    published: str | None
    body: str
    annotation: Annotation
    entities: tuple[ShownProposal, ...] = ()
    triggers: tuple[ShownProposal, ...] = ()
    events: tuple[ShownEvent, ...] = ()
    relations: tuple[ShownRelation, ...] = ()
    domestic: bool = False

    def fragments(self, colors: Mapping[str, str]) -> Iterator[Fragment]:
        """Yield the explanation for reading; `colors` are those of labels and event types."""
        published = self.published or "without a date"
        yield f"{self.article}  {self.file}  ({self.lang}, {published})\n\n", "bold"
        yield from _marked(self.body, self.annotation, colors)
        yield from _proposals("Entities", self.entities, colors)
        yield from _proposals("Triggers", self.triggers, colors)
        if self.domestic:
            yield "  none: the article names one state only, so that no event is looked for\n", ""
        yield "\nEvents\n", "bold"
        yield from chain.from_iterable(_event_lines(event, colors) for event in self.events)
        yield "\nRelations\n", "bold"
        for one in self.relations:
            yield f"  {one.type:<6} {one.source} -> {one.target}  {one.by}\n", ""

    def text(self) -> str:
        """Return the explanation without colours."""
        return "".join(words for words, _ in self.fragments({}))


def explain(article: Article, model: Prelabeller, ontology: Ontology) -> Explained:
    """Explain what a pre-labeller makes of an article: of rules every step, of others the spans."""
    models = model.models if isinstance(model, Combined) else (model,)
    made = [one(article) for one in models]
    whole = combine(made, ontology)
    shown: list[Explained] = [
        _of_rules(article, one.read(article), one.scores, whole)
        if isinstance(one, Rules)
        else _of_model(article, annotation, whole)
        for one, annotation in zip(models, made, strict=True)
    ]
    return msgspec.structs.replace(
        shown[0],
        entities=tuple(chain.from_iterable(one.entities for one in shown)),
        triggers=tuple(chain.from_iterable(one.triggers for one in shown)),
        events=tuple(chain.from_iterable(one.events for one in shown)),
        relations=tuple(chain.from_iterable(one.relations for one in shown)),
    )


def _page(article: Article, annotation: Annotation) -> Explained:
    return Explained(
        article=article.id,
        file=article.source.path,
        lang=article.lang,
        published=article.published,
        body=article.text,
        annotation=annotation,
    )


# --- the rules --------------------------------------------------------------------------


def _of_rules(
    article: Article, reading: Reading, measured: Mapping[str, float], whole: Annotation
) -> Explained:
    return msgspec.structs.replace(
        _page(article, whole),
        entities=tuple(_scored(one, measured) for one in _entities(article, reading)),
        triggers=tuple(_triggers(article, reading)),
        events=tuple(_events(article, reading)),
        relations=tuple(
            ShownRelation(
                link.type,
                _words(article, reading.entities[link.source]),
                _words(article, reading.entities[link.target]),
                link.by,
            )
            for link in reading.links
        ),
        domestic=reading.telling.domestic,
    )


def _scored(one: ShownProposal, measured: Mapping[str, float]) -> ShownProposal:
    if one.score is not None:
        return one
    return msgspec.structs.replace(one, score=measured.get(one.by))


def _entities(article: Article, reading: Reading) -> Iterator[ShownProposal]:
    """Yield the proposals by part, each part in the order of the text."""
    parts, winners = reading.proposed
    lost = _lost(parts, winners)
    known = {entity.label for entity in reading.entities}
    for part, candidates in parts.items():
        for one in sorted(dict.fromkeys(candidates), key=lambda c: (c.start, c.end, c.by)):
            outcome: Outcome = "won"
            why, winner = "", ""
            if one in lost:
                outcome, why = "lost", lost[one].why
                winner = _named(article, lost[one].winner)
            elif one.refused:
                outcome, why = "refused", one.refused
            elif one.label not in known:
                outcome, why = "refused", "label:not-in-the-ontology"
            yield ShownProposal(
                part=part,
                by=one.by,
                start=one.start,
                end=one.end,
                text=_words(article, one),
                label=one.label,
                score=one.score,
                value=one.value,
                kb=one.kb,
                outcome=outcome,
                why=why,
                winner=winner,
            )


def _lost(
    parts: Mapping[str, Sequence[Candidate]], winners: Sequence[Candidate]
) -> dict[Candidate, Loss]:
    """Return who lost to whom; dates settle their overlaps among themselves first."""
    lost = {loss.candidate: loss for loss in losses(chain.from_iterable(parts.values()), winners)}
    dates = [date for date in parts["dates"] if not date.refused]
    for date in parts["dates"]:
        if date.refused == OVERLAP:
            lost[date] = losses([date._replace(refused="")], dates)[0]
    return lost


def _triggers(article: Article, reading: Reading) -> Iterator[ShownProposal]:
    """Yield every word that may name an event, with what became of it."""
    telling = reading.telling
    won = {event.trigger for event in telling.events}
    for form in telling.forms:
        if form.refused:
            yield _trigger(article, form, "refused", form.refused)
        elif form in won:
            yield _trigger(article, form)
        else:
            yield _longer(article, form, sorted(won))


def _longer(article: Article, form: Trigger, passed: Sequence[Trigger]) -> ShownProposal:
    """Show a trigger that lost to a longer form, or to an equal one of another type."""
    for other in passed:
        if other.form_start < form.form_end and form.form_start < other.form_end:
            words = article.text[other.start : other.end]
            same = other.form_end - other.form_start == form.form_end - form.form_start
            why = "label" if same else "longer"
            return _trigger(article, form, "lost", why, f"[{words}|{other.type}] by {other.by}")
    return _trigger(article, form, "refused", "trigger:type-not-in-the-ontology")


def _trigger(
    article: Article, form: Trigger, outcome: Outcome = "won", why: str = "", winner: str = ""
) -> ShownProposal:
    return ShownProposal(
        part="rules",
        by=form.by,
        start=form.start,
        end=form.end,
        text=article.text[form.start : form.end],
        label=form.type,
        score=form.score,
        outcome=outcome,
        why=why,
        winner=winner,
    )


def _events(article: Article, reading: Reading) -> Iterator[ShownEvent]:
    for event in reading.telling.events:
        yield ShownEvent(
            trigger=_trigger(article, event.trigger),
            modality=event.modality,
            modality_by=event.modality_by,
            arguments=tuple(
                ShownArgument(
                    argument.role,
                    _words(article, reading.entities[argument.filler]),
                    reading.entities[argument.filler].label,
                    argument.by,
                )
                for argument in event.arguments
            ),
        )


def _words(article: Article, candidate: Candidate) -> str:
    return article.text[candidate.start : candidate.end]


def _named(article: Article, winner: Candidate) -> str:
    return f"[{_words(article, winner)}|{winner.label}] by {winner.by}"


# --- other models -----------------------------------------------------------------------


def _of_model(article: Article, made: Annotation, whole: Annotation) -> Explained:
    """Explain a model that tells no steps: its spans and events, and what stood in their way."""
    by_id = {span.id: span for span in made.spans}
    return msgspec.structs.replace(
        _page(article, whole),
        entities=tuple(_span(made.author.name, span, whole.spans) for span in made.spans),
        triggers=tuple(_event(made.author.name, event, whole.events) for event in made.events),
        events=tuple(
            ShownEvent(
                trigger=_event(made.author.name, event, whole.events),
                modality=event.modality,
                modality_by=made.author.name,
                arguments=tuple(
                    ShownArgument(a.role, by_id[a.span].text, by_id[a.span].label, made.author.name)
                    for a in event.arguments
                ),
            )
            for event in made.events
        ),
        relations=tuple(
            ShownRelation(r.type, by_id[r.from_].text, by_id[r.to].text, made.author.name)
            for r in made.relations
        ),
    )


def _span(part: str, span: Span, winners: Sequence[Span]) -> ShownProposal:
    shown = _made(part, span, span.label, winners)
    return msgspec.structs.replace(shown, value=span.value, kb=span.kb)


def _event(part: str, event: Event, winners: Sequence[Event]) -> ShownProposal:
    return _made(part, event, event.type, winners)


def _made(
    part: str, item: Span | Event, label: str, winners: Sequence[Span | Event]
) -> ShownProposal:
    """Show what a model made, and which of the winners stands in its place."""
    won = any(_place(item) == _place(other) and item.by == other.by for other in winners)
    rival = None if won else next((other for other in winners if _meet(item, other)), None)
    return ShownProposal(
        part=part,
        by=item.by or part,
        start=item.start,
        end=item.end,
        text=item.text,
        label=label,
        score=item.score,
        outcome="won" if won else "lost",
        why="" if won else "model",
        winner=f"[{rival.text}|{_label(rival)}] by {rival.by}" if rival else "",
    )


def _label(item: Span | Event) -> str:
    return item.label if isinstance(item, Span) else item.type


def _place(item: Span | Event) -> tuple[int, int]:
    return item.start, item.end


def _meet(one: Span | Event, other: Span | Event) -> bool:
    return one.start < other.end and other.start < one.end


# --- for reading ------------------------------------------------------------------------

_STYLES = {"won": "green", "lost": "yellow", "refused": "red"}


def _marked(body: str, made: Annotation, colors: Mapping[str, str]) -> Iterator[Fragment]:
    """Yield the lines of the text with [words|LABEL], and {words|TYPE} for triggers."""
    place, line = 0, 1
    yield f"{line:>4}  ", "dim"
    for mark, style in [*_signs(made, colors), ((len(body), ""), "")]:
        offset, sign = mark
        for index, words in enumerate(body[place:offset].split("\n")):
            if index:
                line += 1
                yield f"\n{line:>4}  ", "dim"
            yield words, ""
        yield sign, style
        place = offset
    yield "\n", ""


def _signs(made: Annotation, colors: Mapping[str, str]) -> Iterator[tuple[tuple[int, str], str]]:
    """Yield (offset, sign) with its style, in order; triggers that cross an entity are left out."""
    signs: list[tuple[int, int, int, int, str, str]] = []
    for span in made.spans:
        color = colors.get(span.label, "")
        signs.append((span.start, 1, -span.end, 0, "[", color))
        signs.append((span.end, 0, -span.start, 1, f"|{span.label}]", color))
    for event in made.events:
        if any(_crosses(event, span) for span in made.spans):
            continue
        color = colors.get(event.type, "")
        signs.append((event.start, 1, -event.end, 1, "{", color))
        signs.append((event.end, 0, -event.start, 0, f"|{event.type}}}", color))
    for offset, _, _, _, sign, color in sorted(signs):
        yield (offset, sign), color


def _crosses(event: Event, span: Span) -> bool:
    return _meet(event, span) and not (_inside(event, span) or _inside(span, event))


def _inside(inner: Span | Event, outer: Span | Event) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _proposals(
    title: str, rows: Sequence[ShownProposal], colors: Mapping[str, str]
) -> Iterator[Fragment]:
    yield f"\n{title}\n", "bold"
    part = ""
    for row in rows:
        if row.part != part:
            part = row.part
            yield f"  {part}\n", "bold"
        yield f"    {row.outcome:<8}", _STYLES[row.outcome]
        yield f"{row.start:>6}-{row.end:<6} ", "dim"
        yield f"{row.label:<12} ", colors.get(row.label, "")
        score = "    " if row.score is None else f"{row.score:.2f}"
        yield f"{score} {row.by:<28} {_plain(row.text)}{_attributes(row)}", ""
        yield f"{_verdict(row)}\n", "dim"


def _plain(words: str) -> str:
    return words.replace("\n", "⏎")


def _attributes(row: ShownProposal) -> str:
    told = ", ".join(filter(None, (row.value, row.kb)))
    return f" ({told})" if told else ""


def _verdict(row: ShownProposal) -> str:
    if row.outcome == "won":
        return ""
    return f"  to {_plain(row.winner)}: {row.why}" if row.winner else f"  by {row.why}"


def _event_lines(event: ShownEvent, colors: Mapping[str, str]) -> Iterator[Fragment]:
    trigger = event.trigger
    yield f"  {trigger.outcome:<8}", _STYLES[trigger.outcome]
    yield f"{trigger.start:>6}-{trigger.end:<6} ", "dim"
    yield f"{trigger.label:<12} ", colors.get(trigger.label, "")
    yield f"{trigger.text}  {event.modality} by {event.modality_by}{_verdict(trigger)}\n", ""
    for one in event.arguments:
        yield f"            {one.role:<12} {_plain(one.text)} ", ""
        yield f"{one.label}", colors.get(one.label, "")
        yield f"  by {one.by}\n", "dim"
