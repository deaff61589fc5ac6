"""Words that name an event, where their context bears it out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import ahocorasick_rs

from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.contexts import TESTS, Context, is_rally
from curation.prelabel.lexicon import cell
from curation.prelabel.phrases import Phrase
from curation.prelabel.registry import table, values
from curation.prelabel.text import Document, fold, lower, pattern, whole_word


class Row(NamedTuple):
    """A row of `data/triggers.tsv`; `left` and `right` bound the marked part of its form."""

    type: str
    noun: bool
    frame: str
    tests: tuple[str, ...]
    not_after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    left: int
    right: int


class Trigger(NamedTuple):
    """A trigger [start, end) of a type, in a sentence; the form that matched is wider.

    `refused` names the test of its context that it fails; `score` is of a tagger's own.
    """

    start: int
    end: int
    type: str
    noun: bool
    frame: str
    by: str
    sentence: int
    form_start: int
    form_end: int
    refused: str = ""
    score: float | None = None


def judged(
    document: Document, entities: Sequence[Candidate], phrases: Sequence[Phrase]
) -> Iterator[Trigger]:
    """Yield every form of the list in the article, refused where a test of its context fails."""
    cover = Cover(entities)
    for start, end, row in _hits(document):
        index = document.sentence_at(start)
        sentence = document.sentences[index]
        context = Context(document, cover, phrases, sentence, start, end)
        yield _trigger(index, start, end, row)._replace(refused=_refused(row, context))


def _trigger(sentence: int, start: int, end: int, row: Row) -> Trigger:
    by = f"trigger:{row.type.lower()}"
    left, right = start + row.left, end - row.right
    return Trigger(left, right, row.type, row.noun, row.frame, by, sentence, start, end)


def longest(triggers: Iterable[Trigger]) -> list[Trigger]:
    """Return the triggers that were not refused; of overlapping ones the longest form."""
    passed = [trigger for trigger in triggers if not trigger.refused]
    order = sorted(passed, key=lambda t: (t.form_start - t.form_end, t.start, t.type))
    kept: list[Trigger] = []
    taken: set[int] = set()
    for trigger in order:
        places = set(range(trigger.form_start, trigger.form_end))
        if not places & taken:
            kept.append(trigger)
            taken |= places
    return sorted(kept)


def _hits(document: Document) -> Iterator[tuple[int, int, Row]]:
    forms, automaton = _automaton(document.lang)
    for index, start, end in automaton.find_matches_as_indexes(document.lower, overlapping=True):
        if whole_word(document.lower, start, end) and document.lower[start - 1 : start] != "-":
            for row in forms[index][1]:
                yield start, end, row


@cache
def _automaton(lang: str) -> tuple[list[tuple[str, list[Row]]], ahocorasick_rs.AhoCorasick]:
    forms: dict[str, list[Row]] = {}
    for row in table("triggers"):
        if row["lang"] == lang:
            whole = Row(
                row["type"],
                row["pos"] == "n",
                row["frame"] or default_frame(row["type"]),
                tuple(row["test"].split(",")) if row["test"] else (),
                _words_left(row["not_after"]),
                _words_right(row["not_before"]),
                0,
                0,
            )
            for form, left, right in _expand(lower(fold(row["form"]))):
                marked = whole._replace(left=left, right=right) if left or right else whole
                forms.setdefault(form, []).append(marked)
    return list(forms.items()), ahocorasick_rs.AhoCorasick(list(forms))


def _expand(form: str) -> Iterator[tuple[str, int, int]]:
    """Yield each way to read a form, with the length left and right of its marked part."""
    for choice in product(*(slot.split("/") for slot in _slots(form))):
        text = " ".join(choice)
        if "[" in text or "]" in text:
            left = max(text.find("["), 0)
            right = len(text) - text.index("]") - 1 if "]" in text else 0
            yield text.replace("[", "").replace("]", ""), left, right
        else:
            yield text, 0, 0


def _slots(form: str) -> list[str]:
    """Split a form at its blanks; brackets around several ways go around each of them."""
    slots = []
    for slot in form.split(" "):
        opens, closes = slot.startswith("["), slot.endswith("]")
        ways = slot.strip("[]").split("/")
        slots.append("/".join("[" * opens + way + "]" * closes for way in ways))
    return slots


@cache
def framed() -> frozenset[str]:
    """Return the event types whose arguments can be found."""
    return frozenset(row["type"] for row in table("frames"))


def default_frame(event_type: str) -> str:
    """Return the frame of the type's words that name none of their own."""
    return next(row["frame"] for row in table("frames") if row["type"] == event_type)


@cache
def _words_left(cell_: str) -> re.Pattern[str] | None:
    listed = "|".join(re.escape(fold(word)) for word in values(cell_))
    return re.compile(rf"(?<!\w)(?:{listed})\s$") if listed else None


@cache
def _words_right(cell_: str) -> re.Pattern[str] | None:
    listed = "|".join(re.escape(fold(word)) for word in values(cell_))
    return re.compile(rf"\s(?:{listed})(?!\w)") if listed else None


def _refused(row: Row, context: Context) -> str:
    """Return the test that the form fails: one of words beside it, or of `TESTS`; else ""."""
    beside = _barred(row, context)
    if beside:
        return beside
    failed = next((name for name in row.tests if not TESTS[name](context)), None)
    if failed:
        return f"trigger-test:{failed}"
    return "" if _quoted(context) else "trigger:in-a-name"


def _barred(row: Row, context: Context) -> str:
    """Return why the words beside the form make something else of it, else ""."""
    left, right = context.left(24), context.right(24)
    if row.not_after and row.not_after.search(left) and not _name_before(context):
        return "false-friend:word-before"
    if row.not_before and row.not_before.match(right):
        return "false-friend:word-behind"
    if row.noun and _generic(context.document.lang).search(left):
        return "trigger:generic"
    return _unreal(row, context, left)


def _name_before(context: Context) -> bool:
    """Tell whether the word before the form ends a name ("Lê Văn Ba")."""
    holder = context.entities.at(context.start - 2) if context.start > 1 else None
    return holder is not None and holder.label == "PERSON"


def _unreal(row: Row, context: Context, left: str) -> str:
    """Return why the clause does not tell the event as a side's own: denied, supposed; else ""."""
    if row.type in _STATED and _counted(context.document.lang).search(context.left(44)):
        return "trigger:counted"
    if _negated(context.document.lang).search(left):
        return "trigger:negated"
    if context.document.lang == "en" and _supposed(context, row):
        return "trigger:supposed"
    if context.document.lang == "vi" and _no_side(row, context):
        return "trigger:no-side"
    return "trigger:rally" if row.type == "PROTEST" and is_rally(context) else ""


def _no_side(row: Row, context: Context) -> bool:
    """Tell whether observers speak, or whether the clause only supposes the event ("nếu …")."""
    if not row.noun and _if_clause().search(context.left(45)):
        return True
    return row.type in _STATED and bool(_observers().search(context.left(30)))


@cache
def _if_clause() -> re.Pattern[str]:
    real = "".join(f"(?<!{word} )" for word in ("tài", "dữ", "nhiên", "vật", "nguyên", "số"))
    return pattern(rf"(?<!\w)(?:nếu|{real}liệu|giả sử|trong trường hợp)(?!\w)[^,.;:]*$")


@cache
def _observers() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell('vi', 'no-side')})(?!\w)")


_STATED = ("PLEDGE", "PROPOSAL", "PROTEST")
"""Types whose verbs serve as nouns too: "8 kiến nghị", "kế hoạch do Nga đề xuất"."""


@cache
def _counted(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "counted"))


@cache
def _generic(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'generic-before')})\s$")


@cache
def _negated(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'negation')})\s$")


def _supposed(context: Context, row: Row) -> bool:
    """Tell whether the clause only supposes it: "if it agrees", "could sign", "call for talks"."""
    if row.noun:
        return row.type == "TALKS" and bool(_talks_wanted().search(context.left(60)))
    left = context.document.folded[max(context.start - 60, context.sentence.start) : context.start]
    return bool(_supposing().search(left))


@cache
def _talks_wanted() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell('en', 'talks-supposed')})\w*(?: [\w-]+){{0,2}} $")


@cache
def _supposing() -> re.Pattern[str]:
    lead, whether = cell("en", "supposed"), cell("en", "supposed-clause")
    led = rf"(?:{lead})(?: \w+ly| also| be| have| not)*"
    return pattern(rf"(?<!\w)(?:{led}|(?:{whether})(?: [^\s,.;:]+){{1,6}}) $")


def _quoted(context: Context) -> bool:
    """Refuse what a named thing holds, bar an occasion: "Hiệp định ký năm…" is no event."""
    holder = context.entities.at(context.start)
    return (
        holder is None
        or holder.label in ("OCCASION", "TOPIC")
        or (holder.end < context.end and holder.label in ("ORG", "AGREEMENT"))
    )
