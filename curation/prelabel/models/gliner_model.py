"""A GLiNER model, which takes the labels as words (`gliner:urchade/gliner_multi-v2.1`)."""

import re
from importlib import resources
from typing import Any

from curation.errors import UsageError
from curation.ontology import load_ontology
from curation.prelabel.models import need
from curation.prelabel.models.reader import Draft, WindowedModel
from curation.prelabel.models.windows import Limit
from curation.records import Span

WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
"""How GLiNER's own splitter counts words."""
THRESHOLD = 0.5


def make(setting: str) -> WindowedModel:
    """Load the model named by the setting; raises `UsageError` where it cannot be loaded."""
    gliner = need("gliner", "gliner")
    if not setting:
        raise UsageError("name a GLiNER model, as in `--model gliner:urchade/gliner_multi-v2.1`.")
    try:
        model = gliner.GLiNER.from_pretrained(setting)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"GLiNER cannot load {setting!r}: {str(error).splitlines()[0]} "
            "Give a model's folder, or its name where it can be downloaded."
        ) from error
    return from_model(model, f"gliner:{setting}")


def prompts() -> dict[str, str]:
    """Return for each prompt the ontology's label that it asks for."""
    source = resources.files("curation.prelabel.models") / "prompts.tsv"
    rows = [row.split("\t") for row in source.read_text(encoding="utf-8").splitlines()[1:]]
    return {prompt: label for label, prompt in rows if label in load_ontology().labels}


def from_model(model: Any, by: str) -> WindowedModel:
    """Wrap a loaded model; a window holds as many words as the model was trained on."""
    asked = prompts()

    def read(text: str) -> tuple[Draft, int]:
        found = model.predict_entities(text, list(asked), threshold=THRESHOLD, flat_ner=True)
        spans = [
            Span(
                id=f"s{number}",
                start=one["start"],
                end=one["end"],
                label=asked[one["label"]],
                text=text[one["start"] : one["end"]],
                score=round(float(one["score"]), 3),
            )
            for number, one in enumerate(found, 1)
        ]
        return Draft(tuple(spans)), 0

    limit = Limit(model.config.max_len, lambda text: sum(1 for _ in WORD.finditer(text)))
    return WindowedModel(by, read, limit)
