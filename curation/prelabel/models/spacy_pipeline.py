"""A spaCy pipeline with an entity recogniser (`spacy:en_core_web_sm`, or a folder)."""

from typing import Any

from curation.errors import UsageError
from curation.prelabel.models import need
from curation.prelabel.models.reader import Draft, WindowedModel, label_of
from curation.prelabel.models.windows import Limit
from curation.records import Span


def make(setting: str) -> WindowedModel:
    """Load the pipeline named by the setting; raises `UsageError` where there is none."""
    spacy = need("spacy", "spacy")
    if not setting:
        raise UsageError("name a spaCy pipeline, as in `--model spacy:en_core_web_sm`.")
    try:
        pipeline = spacy.load(setting)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"spaCy cannot load {setting!r}: {str(error).splitlines()[0]} "
            "Install the pipeline as a package, or give its folder."
        ) from error
    return from_pipeline(pipeline, f"spacy:{setting}")


def from_pipeline(pipeline: Any, by: str) -> WindowedModel:
    """Wrap a loaded pipeline; it is kept to articles of its language, "xx" to none."""

    def read(text: str) -> tuple[Draft, int]:
        found = [
            (entity.start_char, entity.end_char, label_of(entity.label_, entity.text))
            for entity in pipeline(text).ents
        ]
        spans = [
            Span(f"s{number}", start, end, label, text[start:end])
            for number, (start, end, label) in enumerate(found, 1)
            if label
        ]
        return Draft(tuple(spans)), 0

    languages = None if pipeline.lang in ("xx", "mul") else {pipeline.lang}
    return WindowedModel(by, read, Limit(pipeline.max_length), languages)
