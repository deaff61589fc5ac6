"""What stands between two paragraphs of a page of text and is none: captions, links.

Nothing but their words tells them; the elements of a saved page do.
"""

from curation.ingest.cleaning.core import is_item
from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.lines import is_broken_up, is_ended, key_of, word_count

CAPTION_LENGTH, PEOPLE_LENGTH = 300, 120
RETOLD, RETOLD_TITLE = 0.8, 0.6
"""Such a share of a caption's words is in the title, and of the title's words in the caption."""
PEOPLE, NAMED = 0.6, 0.3
"""Such a share of words are capitalised where there is little but names, and in a caption
without a full stop, which names who is to be seen."""
NEAR, LINKS = 3, 3
CAPTION_WORDS, CAPITAL_WORDS = 12, 7
"""Words of a line between paragraphs from which on it is no subheading."""
NUMBERED = 0.6
"""Such a share of the lines of a table hold a number."""


def mark_strays(layout: Layout) -> None:
    """Mark captions without a credit, and links, between the lines of the body."""
    _mark_retold(layout)
    _mark_people(layout)
    _mark_runs(layout)


def _mark_retold(layout: Layout) -> None:
    """Mark the captions that tell the title in other words, with no date or number."""
    if layout.title is None:
        return
    title = set(key_of(layout.lines[layout.title].text).split())
    for index in layout.free(layout.begin)[1:]:  # the first one is the lead
        text = layout.lines[index].text
        if len(text) > CAPTION_LENGTH or any(map(str.isdigit, text)) or len(title) < CAPITAL_WORDS:
            continue
        if not is_ended(text) and index > layout.title + NEAR:
            continue  # a subheading
        words = set(key_of(text).split())
        shared = len(words & title)
        if shared >= RETOLD * len(words) and shared >= RETOLD_TITLE * len(title):
            layout.mark(index, "caption", "title-retold")


def _mark_people(layout: Layout) -> None:
    """Mark short lines with a full stop that hold little but names: captions.

    In English such a line may be a sentence: "King A received Minister B in C".
    """
    for index in layout.free(layout.begin)[1:]:
        text = layout.lines[index].text
        if len(text) > PEOPLE_LENGTH or not is_ended(text) or any(map(str.isdigit, text)):
            continue
        if _is_english(text):
            continue
        if word_count(text) >= CAPITAL_WORDS and _names(text) >= PEOPLE:
            layout.mark(index, "caption", "names-only")


def _mark_runs(layout: Layout) -> None:
    """Mark what stands between two paragraphs and is none: captions and headlines.

    A subheading is short and alone; a caption without a credit is as long as a sentence and
    has no full stop; three lines in a row without one are links.
    """
    run: list[int] = []
    led = False
    for index in [*layout.free(layout.begin), len(layout.lines)]:
        if index in layout.core and _is_stray(layout, index):
            run.append(index)
            continue
        if run and not led and (index in layout.core or len(run) >= LINKS):
            _mark_run(layout, run)
        run = []
        led = index < len(layout.lines) and layout.lines[index].text.endswith((":", ";", ","))


def _is_stray(layout: Layout, index: int) -> bool:
    text = layout.lines[index].text
    if layout.runs(index) or is_ended(text):
        return False
    return _shouts(text) or not is_item(text)


def _shouts(text: str) -> bool:
    """Tell whether a line is all in capitals of the English alphabet, as some links are."""
    return text.isupper() and _is_english(text)


def _is_english(text: str) -> bool:
    """Tell whether a line has no letters but those of the English alphabet."""
    return all(map(str.isascii, filter(str.isalpha, text)))


def _names(text: str) -> float:
    """Return the share of capitalised words, but for the first one."""
    words = text.split()[1:]
    return sum(word[0].isupper() for word in words) / max(len(words), 1)


def _mark_run(layout: Layout, run: list[int]) -> None:
    texts = [layout.lines[index].text for index in run]
    if is_broken_up(texts):
        return
    words = [word_count(text) for text in texts]
    linked = len(run) >= LINKS or (len(run) > 1 and min(words) >= CAPITAL_WORDS)
    numbered = sum(any(map(str.isdigit, text)) for text in texts)
    if len(run) >= LINKS and numbered >= NUMBERED * len(run):
        return  # a table
    for index, text, count in zip(run, texts, words, strict=True):
        if linked:
            layout.mark(index, "related", "links-within")
        elif count >= CAPTION_WORDS and not text.isupper() and _names(text) >= NAMED:
            layout.mark(index, "caption", "no-full-stop")
        elif _shouts(text) and count >= CAPITAL_WORDS:
            layout.mark(index, "related", "capitals")
