"""The articles that ship with the toolkit, with their gold annotations.

All were written for this project, as reports of well-known events; `facts-*.tsv` lists each
fact with its source. The pages are as untidy as real ones.
"""

from pathlib import Path

from curation.rawgold import RawGold, read_raw_gold

FOLDER = Path(__file__).parent
LICENSE = "Apache-2.0"


def article_paths() -> list[Path]:
    """Return the raw pages in the order of their names."""
    return sorted((FOLDER / "articles").glob("*.txt"))


def gold() -> dict[str, RawGold]:
    """Return the gold of each page by the stem of its file name."""
    records = [
        record for path in sorted(FOLDER.glob("gold-*.jsonl")) for record in read_raw_gold(path)
    ]
    return {record.id: record for record in records}
