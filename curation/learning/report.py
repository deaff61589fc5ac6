"""What was learned, as tables of plain text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curation.learning.counting import FIGURE, by_language, total
from curation.learning.trial import Trial

CURVE = (*FIGURE.values(), "argument")


def curve_rows(tried: Trial, languages: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the learning curve: a row a number of articles, a figure a language."""
    return [
        {
            "articles": articles,
            **{
                f"{figure} {lang}": round(total([counts[name] for name in names], figure), 4)
                for lang, names in by_language(languages).items()
                for figure in CURVE
            },
        }
        for articles, counts in [(0, tried.plain), *tried.curve]
    ]


def report(figures: Mapping[str, Any]) -> str:
    """Return the figures for reading."""
    joins = any(one["joins"] for one in figures["verdicts"])
    return "\n".join([*_gains(figures), "", *_curve(figures["curve"], joins)]) + "\n"


def _gains(figures: Mapping[str, Any]) -> Iterator[str]:
    for title, key in (("what joins", "gains"), ("names alone", "names alone")):
        yield f"{title}, on articles not learned from"
        yield f"  {'':22}{'rules':>8}{'learned':>9}{'change':>9}  {'90 %':^18}{'rises':>7}"
        for one in figures[key]:
            change = one["after"] - one["before"]
            interval = f"{one['low']:+.4f} .. {one['high']:+.4f}"
            name = f"{one['figure']}, {one['lang']}"
            yield (
                f"  {name:22}{one['before']:8.3f}{one['after']:9.3f}{change:+9.3f}"
                f"  {interval:^18}{one['sure']:7.0%}"
            )


def _curve(rows: Sequence[Mapping[str, Any]], joins: bool) -> Iterator[str]:
    names = [name for name in rows[0] if name != "articles"]
    how = "as it joins" if joins else "if both taggers added to the rules"
    yield f"learning curve: F1 after learning from so many articles, {how}"
    for name in names:
        cells = "  ".join(f"{row['articles']}: {row[name]:.3f}" for row in rows)
        yield f"  {name:22}{cells}"
