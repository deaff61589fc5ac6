"""Which gold is learned from and which is measured on: articles of one event stay together."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from curation.errors import UsageError

FOLDS = 5
"""Parts of the gold; each is measured by what was learned from the others."""


def folds(languages: Mapping[str, str], groups: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Part the articles (keys of `languages`) into `FOLDS` of nearly the same size.

    A group is never parted; each language is spread evenly as far as groups allow. Raises
    `UsageError` where there are fewer groups than parts.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for article in sorted(languages):
        members[groups.get(article, article)].append(article)
    if len(members) < FOLDS:
        raise UsageError(
            f"gold.jsonl has {len(languages)} articles of {len(members)} separate events: "
            f"learning needs {FOLDS} to measure what it learned. Adjudicate more articles first."
        )
    sizes = [Counter[str]() for _ in range(FOLDS)]
    parts: list[list[str]] = [[] for _ in range(FOLDS)]
    for group in sorted(members, key=lambda name: (-len(members[name]), order(name))):
        mine = Counter(languages[one] for one in members[group])
        at = min(range(FOLDS), key=lambda n: (_alike(sizes[n], mine), sizes[n].total(), n))
        parts[at] += members[group]
        sizes[at] += mine
    return [tuple(part) for part in parts]


def _alike(held: Counter[str], more: Counter[str]) -> int:
    return sum(held[lang] for lang in more)


def order(name: str) -> str:
    """Return what puts names in an order that says nothing of them."""
    return hashlib.sha256(name.encode()).hexdigest()


def first(articles: Sequence[str], languages: Mapping[str, str], size: int) -> list[str]:
    """Return so many of the articles, of each language in turn; a larger size only adds."""
    queues: dict[str, list[str]] = defaultdict(list)
    for article in sorted(articles, key=order):
        queues[languages[article]].append(article)
    turns = [(turn, lang, article) for lang in queues for turn, article in enumerate(queues[lang])]
    return [article for _, _, article in sorted(turns)[:size]]
