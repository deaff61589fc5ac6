"""Measure what `ingest` keeps of an article and of what surrounds it.

    python benchmarks/ingest/measure.py [seeds] [dev] [held] [html] [speed] [memory] [--write]

Without a name everything is measured; `--write` puts the tables into RESULTS.md. The real pages
are read from the folder named by CURATION_SHARED (default: ../shared beside the checkout).

Share kept: code points of title and body by the gold, blanks aside, that are in the article.
Share of junk: of all other visible code points, those that are in the article.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SHARED = Path(os.environ.get("CURATION_SHARED", ROOT.parent / "shared"))
Range = tuple[int, int]


class Counts(NamedTuple):
    """Code points: kept and all of the article, kept and all of the rest."""

    kept: int
    article: int
    junk: int
    rest: int


class Row(NamedTuple):
    """One page of the gold with what was counted, and what of its metadata was right."""

    name: str
    counts: Counts
    right: dict[str, bool]


def total(rows: list[Row]) -> Counts:
    return Counts(*map(sum, zip(*(row.counts for row in rows), strict=True)))


def of_ranges(page: Path, title: Range | None, body: list[Range]) -> Counts:
    """Compare an article with the ranges of its raw page."""
    from curation.ingest import IngestOptions, ingest_file
    from curation.offsets import clean_to_raw

    with page.open(encoding="utf-8", newline="") as file:
        raw = file.read()
    article = ingest_file(page, None, IngestOptions())
    places = (clean_to_raw(article.kept, raw, s, s + n) for s, _, n in article.kept)
    kept = {at for place in places if place for at in range(*place)}
    wanted = {at for span in [*([title] if title else []), *body] for at in range(*span)}
    shown = {at for at, char in enumerate(raw) if not char.isspace() and char != "\ufeff"}
    kept, wanted, rest = kept & shown, wanted & shown, shown - wanted
    return Counts(len(kept & wanted), len(wanted), len(kept & rest), len(rest))


def seeds() -> list[Row]:
    from curation.rawgold import read_raw_gold

    golds = read_raw_gold(SHARED / "gold" / "seeds.jsonl")
    return [
        Row(g.id, of_ranges(SHARED / "seeds" / f"{g.id}.txt", g.title, list(g.body)), {})
        for g in golds
    ]


def pages(part: str) -> list[Row]:
    """The real pages of one part of ranges.jsonl."""
    from curation.ingest import IngestOptions, ingest_file

    rows = []
    for gold in read(HERE / "ranges.jsonl"):
        if gold["part"] != part:
            continue
        path = SHARED / "corpus" / f"{gold['id']}.txt"
        title = tuple(gold["title"]) if gold["title"] else None
        counts = of_ranges(path, title, [(start, end) for start, end in gold["body"]])
        article = ingest_file(path, None, IngestOptions())
        right = {"lang": article.lang == gold["lang"]}
        right["published"] = article.published in (gold["published"], None)
        rows.append(Row(gold["id"], counts, right))
    return rows


def read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def solid(text: str) -> int:
    return sum(not char.isspace() for char in text)


def html() -> list[Row]:
    """The saved pages: paragraphs of the gold found whole, lines kept that are in none."""
    from curation.ingest import IngestOptions, ingest_file

    rows = []
    for gold in read(HERE / "html" / "gold.jsonl"):
        article = ingest_file(HERE / "html" / gold["file"], None, IngestOptions())
        start, end = article.title or (0, 0)
        title, body = folded(article.text[start:end]), article.text[end:]
        counts = of_lines(body.split("\n"), gold["paragraphs"], page_length(gold["file"]))
        right = {
            "title": title == folded(gold["title"]),
            "published": article.published == gold["published"],
            "lang": article.lang == gold["lang"],
            "outlet": article.outlet == gold["outlet"],
            "url": article.url == gold["canonical"],
            "byline": article.byline == gold["author"],
        }
        rows.append(Row(gold["file"], counts, right))
    return rows


def of_lines(lines: list[str], paragraphs: list[str], shown: int) -> Counts:
    whole = folded(" ".join(lines))
    wanted = [folded(paragraph) for paragraph in paragraphs]
    text = " ".join(wanted)
    kept = sum(solid(one) for one in wanted if one in whole)
    junk = sum(solid(line) for line in map(folded, lines) if line and line not in text)
    article = sum(map(solid, wanted))
    return Counts(kept, article, junk, max(shown - article, 0))


def page_length(name: str) -> int:
    """Code points of all visible text of a saved page."""
    from curation.ingest.readers import read_page
    from curation.ingest.saved.markup import read_markup

    page = read_page((HERE / "html" / name).read_bytes(), name)
    return sum(solid(line.text) for line in read_markup(page.text).lines)


def speed() -> list[str]:
    """MB/s of CPU time on the saved pages, each padded with scripts as real pages are."""
    from curation.ingest.article import article_of
    from curation.ingest.readers import read_page
    from curation.records import Source

    pages = [padded(path) for path in sorted((HERE / "html").glob("*.html"))]
    size = sum(len(page.encode()) for page in pages) / 1e6
    texts = sample_texts()
    small = sum(len(text.encode()) for text in texts) / 1e6

    def ours(page: str) -> object:
        source = Source("page", "", "text/html")
        return article_of(read_page(page.encode(), "page"), source, ("vi", "en"), None)

    rows = [("curation, saved pages", size, timed(ours, pages))]
    rows.append(("curation, plain text", small, timed(ours, texts)))
    for name, extract in others().items():
        rows.append((f"{name}, saved pages", size, timed(extract, pages)))
    return [f"| {name} | {mb:.1f} | {mb / seconds:.1f} |" for name, mb, seconds in rows]


def padded(path: Path) -> str:
    """A saved page with 60 kB of script and style before its end, as is usual."""
    from curation.ingest.readers import read_page

    page = read_page(path.read_bytes(), path.name).text
    script = "var item={id:1,title:'x',tags:['a','b'],link:'/a/b?c=d&e=f'};\n" * 1000
    return page.replace("</body>", f"<script>{script}</script></body>", 1)


def sample_texts() -> list[str]:
    from curation import sample

    paths = sorted((sample.FOLDER / "articles").glob("*.txt"))
    return [path.read_text(encoding="utf-8") for path in paths] * 5


def others() -> dict[str, Callable[[str], object]]:
    from resiliparse.extract.html2text import extract_plain_text

    found: dict[str, Callable[[str], object]] = {
        "resiliparse": lambda page: extract_plain_text(page, main_content=True)
    }
    try:
        import trafilatura
    except ModuleNotFoundError:
        print("trafilatura is not installed: uv sync --group bench")
    else:
        found["trafilatura"] = trafilatura.extract
    return found


def timed(work: Callable[[str], object], pages: list[str]) -> float:
    """CPU seconds of the quickest of three runs."""
    runs = []
    for _ in range(3):
        start = time.process_time()
        for page in pages:
            work(page)
        runs.append(time.process_time() - start)
    return min(runs)


MEMORY = """
import resource, sys, time
from pathlib import Path
from curation import workspace
from curation.ingest import IngestOptions, add, read
work = workspace.create(Path(sys.argv[2]), "memory")
start = time.process_time()
added = add(work, read([Path(sys.argv[1])], IngestOptions()))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(added.new, added.near, added.refused, peak, round(time.process_time() - start))
"""


def memory(sizes: tuple[int, ...] = (10, 100, 1000)) -> list[str]:
    """Peak memory of ingesting a JSON Lines file of so many MB of saved pages."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pages.jsonl"
            records = written(path, size * 1_000_000)
            command = [sys.executable, "-c", MEMORY, str(path), str(Path(folder) / "work")]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        new, near, refused, peak, seconds = done.stdout.split()
        rows.append(f"| {size} | {records} | {new} | {near} | {refused} | {peak} | {seconds} |")
        print(rows[-1], flush=True)
    return rows


def written(path: Path, size: int) -> int:
    """Write a file of pages with texts of random sentences; return how many."""
    script = "var item={id:1,title:'x',tags:['a','b'],link:'/a/b?c=d&e=f'};\n" * 1000
    words = [word for text in sample_texts() for word in text.split() if word.isalpha()]
    rng = random.Random(1)
    done = count = 0
    with path.open("wb") as out:
        while done < size:
            made = [" ".join(rng.choices(words, k=60)).capitalize() for _ in range(8)]
            body = "".join(f"<p>{sentence}.</p>" for sentence in made)
            html = (
                f"<html><head><script>{script}</script></head><body><nav><a href=/>Home</a></nav>"
                f"<article><h1>{made[0][:60]}</h1>{body}</article></body></html>"
            )
            line = json.dumps({"html": html}, ensure_ascii=False).encode() + b"\n"
            out.write(line)
            done, count = done + len(line), count + 1
    return count


PARTS: dict[str, Callable[[], list[Row]]] = {
    "seeds": seeds,
    "dev": lambda: pages("dev"),
    "held": lambda: pages("held"),
    "html": html,
}


HEAD = """\
# Results of `ingest`

Made by `python benchmarks/ingest/measure.py --write`; what is counted is said at its top and in
README.md. `seeds`: the five seeds. `dev`, `held`: the two halves of the real pages of
ranges.jsonl; since that gold exists, one rule was changed by looking at the `held` ones (two
words too wide, on 2026-11-22), but older rules were made on pages of the same collection. `html`:
the twenty saved pages, on which the rules for HTML were made, so that their figure is no estimate
for other pages. Speed is CPU time on one core, the saved pages with 60 kB of script each; ours
decodes, extracts, cleans, tells the language, reads the metadata and keeps the map to the source.
Memory is of the whole process, over a JSON Lines file of saved pages with random texts (65 kB
each). README.md has the figures on pages of outlets that no rule was made on."""
HEADS = {
    "kept": "| pages | number | share kept | share of junk |\n| --- | --- | --- | --- |",
    "speed": "| what | MB | MB/s (CPU) |\n| --- | --- | --- |",
    "memory": "| MB | records | articles | near | refused | peak MiB | CPU s |\n"
    "| --- | --- | --- | --- | --- | --- | --- |",
}


def line_of(name: str, rows: list[Row]) -> str:
    counts = total(rows)
    shares = f"{counts.kept / counts.article:.4f} | {counts.junk / max(counts.rest, 1):.4f}"
    return f"| {name} | {len(rows)} | {shares} |"


def right_of(rows: list[Row]) -> str:
    """How much of the metadata was right."""
    names = rows[0].right
    return ", ".join(f"{name} {sum(row.right[name] for row in rows)}" for name in names)


def main(arguments: list[str]) -> None:
    wanted = {one for one in arguments if not one.startswith("-")}
    wanted = wanted or {*PARTS, "speed", "memory"}
    tables: dict[str, list[str]] = {"kept": []}
    for name, rows_of in PARTS.items():
        if name not in wanted:
            continue
        rows = rows_of()
        tables["kept"].append(line_of(name, rows))
        print(tables["kept"][-1], right_of(rows))
        for row in rows if "-v" in arguments else ():
            kept, article, junk, rest = row.counts
            wrong = [key for key, fine in row.right.items() if not fine]
            print(
                f"  {row.name:30} lost {article - kept} of {article}, junk {junk} of {rest}", wrong
            )
    for name, measure in (("speed", speed), ("memory", memory)):
        if name in wanted:
            tables[name] = measure()
            print("\n".join(tables[name]) if name == "speed" else "")
    if "--write" in arguments:
        parts = [f"{HEADS[name]}\n" + "\n".join(rows) for name, rows in tables.items() if rows]
        (HERE / "RESULTS.md").write_text("\n\n".join([HEAD, *parts]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
