"""A Hugging Face token classification model (`transformers:dslim/bert-base-NER`).

The model's tokenizer must be a fast one: others give no offsets.
"""

from typing import Any

from curation.errors import UsageError
from curation.prelabel.models import need
from curation.prelabel.models.reader import Draft, WindowedModel, label_of
from curation.prelabel.models.windows import Limit
from curation.records import Span


def make(setting: str) -> WindowedModel:
    """Load the model named by the setting; raises `UsageError` where it cannot be loaded."""
    transformers = need("transformers", "transformers")
    need("torch", "transformers")
    if not setting:
        raise UsageError("name a model, as in `--model transformers:dslim/bert-base-NER`.")
    try:
        pipeline = transformers.pipeline(
            "token-classification", model=setting, aggregation_strategy="simple", device=-1
        )
    except (OSError, ValueError) as error:
        raise UsageError(
            f"transformers cannot load {setting!r}: {str(error).splitlines()[0]} "
            "Give a model's folder, or its name where it can be downloaded."
        ) from error
    return from_pipeline(pipeline, f"transformers:{setting}")


def from_pipeline(pipeline: Any, by: str) -> WindowedModel:
    """Wrap a loaded pipeline; windows are measured in the model's own tokens."""
    tokenizer = pipeline.tokenizer
    if not tokenizer.is_fast:
        raise UsageError(f"{by} has no fast tokenizer, so it gives no offsets: use another model.")

    def read(text: str) -> tuple[Draft, int]:
        found = [(one, label_of(one["entity_group"], one["word"])) for one in pipeline(text)]
        spans = [
            Span(
                id=f"s{number}",
                start=one["start"],
                end=one["end"],
                label=label,
                text=text[one["start"] : one["end"]],
                score=round(float(one["score"]), 3),
            )
            for number, (one, label) in enumerate(found, 1)
            if label
        ]
        return Draft(tuple(spans)), 0

    positions = getattr(
        pipeline.model.config, "max_position_embeddings", tokenizer.model_max_length
    )
    size = min(tokenizer.model_max_length, positions)
    return WindowedModel(by, read, Limit(size, lambda text: len(tokenizer(text)["input_ids"])))
