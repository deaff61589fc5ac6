"""How commands speak: a short summary for people on stderr, one for machines on stdout."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    from curation.ingest import Explained
    from curation.prelabel.explain import Explained as ExplainedLabels

T = TypeVar("T")
SENTENCE = 60  # code points; a list of longer parts, or with commas, is shown on a line each


def say(text: str) -> None:
    """Print a line for people."""
    print(text, file=sys.stderr)  # noqa: T201


def report(summary: Mapping[str, Any], as_json: bool) -> None:
    """Print a summary: aligned lines on stderr, and with `as_json` one object on stdout."""
    if as_json:
        print(json.dumps(summary, ensure_ascii=False))  # noqa: T201
    width = max((len(key) for key in summary), default=0)
    for key, value in summary.items():
        lines = _lines(value)
        say(f"  {key:<{width}}  {lines[0]}")
        for line in lines[1:]:
            say(f"  {'':<{width}}  {line}")


def show_pages(pages: Iterable["Explained"], as_json: bool) -> None:
    """Print pages explained on stdout: for reading, or one JSON object a line."""
    for page in pages:
        told = msgspec.json.encode(page).decode() if as_json else f"{page.text()}\n"
        print(told)  # noqa: T201


def show_labels(page: "ExplainedLabels", as_json: bool) -> None:
    """Print an article explained on stdout: in colour on a terminal, plain elsewhere, or JSON."""
    if as_json:
        print(msgspec.json.encode(page).decode())  # noqa: T201
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.text import Text

        from curation.ontology import load_ontology

        ontology = load_ontology()
        colors = {label.name: label.color for label in ontology.labels.values()}
        colors |= {kind.name: kind.color for kind in ontology.event_types.values()}
        Console().print(Text.assemble(*page.fragments(colors)), soft_wrap=True)
    else:
        print(page.text())  # noqa: T201


def show_stage(name: str, summary: Mapping[str, Any]) -> None:
    """Print the summary of one stage of several, without what is empty."""
    told = {key: value for key, value in summary.items() if value not in ([], (), None)}
    say(f"\n{name}\n  {_shown(told)}")


def _lines(value: Any) -> list[str]:
    """Show a value on one line, and a list or a table of long parts on a line each."""
    if isinstance(value, Mapping) and any(len(_shown(part)) > SENTENCE for part in value.values()):
        return [f"{name} {_shown(part)}" for name, part in value.items()]
    if isinstance(value, list | tuple) and any(map(_is_sentence, map(str, value))):
        return [str(part) for part in value]
    return [_shown(value)]


def _is_sentence(part: str) -> bool:
    return len(part) > SENTENCE or ", " in part


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "none"
    return "none" if value is None else str(value)


def progress(items: Sequence[T], what: str) -> Iterable[T]:
    """Yield the items under a progress bar on stderr; none where that is no terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)
