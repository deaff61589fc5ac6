"""The confusion of labels as an SVG picture, written by hand: no drawing library is needed."""

from collections.abc import Mapping, Sequence
from html import escape

from curation.evaluation.confusion import NONE

CELL, LEFT, TOP = 58, 130, 150
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">'
    "<title>{title}</title>"
    '<rect width="{width}" height="{height}" fill="#ffffff"/>'
)


def picture(counts: Mapping[tuple[str, str], int], labels: Sequence[str], title: str) -> str:
    """Draw a table of counts: rows are the gold's labels, columns those that were made.

    The shade of a cell is its share of the row; the diagonal is green, the rest red. The
    last row is what the gold does not have, the last column what was not found.
    """
    names = [*labels, NONE]
    side = CELL * len(names)
    width, height = LEFT + side + CELL + 20, TOP + side + 20
    parts = [_HEAD.format(width=width, height=height, title=escape(title))]
    parts.append(_words(20, 30, title, size=17, anchor="start", weight="bold"))
    parts.append(_words(20, 52, "rows: gold; columns: candidates", anchor="start"))
    for at, name in enumerate(names):
        middle = CELL // 2 + at * CELL
        parts.append(_words(LEFT - 10, TOP + middle + 5, name, anchor="end"))
        parts.append(_slanted(LEFT + middle, TOP - 10, name))
    parts.append(_slanted(LEFT + side + CELL // 2, TOP - 10, "in all"))
    for row, gold in enumerate(names):
        parts += _row(row, [counts.get((gold, made), 0) for made in names])
    return "".join([*parts, "</svg>\n"])


def _row(row: int, counts: Sequence[int]) -> list[str]:
    total = sum(counts)
    parts = []
    for column, number in enumerate(counts):
        both_none = row == column == len(counts) - 1
        share = number / total if total else 0.0
        x, y = LEFT + column * CELL, TOP + row * CELL
        color = "#eeeeee" if both_none else _shade(share, right=row == column)
        parts.append(
            f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" '
            f'fill="{color}" stroke="#cccccc"/>'
        )
        if number:
            ink = "#ffffff" if share > 0.55 else "#111111"
            parts.append(_words(x + CELL // 2, y + CELL // 2 + 5, str(number), ink=ink))
    x, y = LEFT + len(counts) * CELL + CELL // 2, TOP + row * CELL + CELL // 2 + 5
    return [*parts, _words(x, y, str(total), weight="bold")]


def _shade(share: float, right: bool) -> str:
    full = (11, 110, 79) if right else (192, 57, 43)
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in full)


def _slanted(x: int, y: int, words: str) -> str:
    turn = f' transform="rotate(-45 {x} {y})"'
    return _words(x, y, words, anchor="start", more=turn)


def _words(  # noqa: PLR0913
    x: int,
    y: int,
    words: str,
    *,
    size: int = 13,
    anchor: str = "middle",
    weight: str = "normal",
    ink: str = "#111111",
    more: str = "",
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}" fill="{ink}"{more}>{escape(words)}</text>'
    )
