"""A pre-labeller such as another package could add: it marks one form of words as a DATE."""

from curation.prelabel.models.reader import Draft, WindowedModel
from curation.prelabel.models.windows import Limit
from curation.records import Span


def make(setting: str) -> WindowedModel:
    """Return the pre-labeller that marks the words of the setting."""

    def read(text: str) -> tuple[Draft, int]:
        at = text.find(setting)
        found = Span("s1", at, at + len(setting), "DATE", setting)
        return Draft((found,) if at >= 0 else ()), 0

    return WindowedModel(f"mine:{setting}", read, Limit(1000))
