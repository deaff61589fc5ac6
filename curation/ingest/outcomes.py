"""What becomes of each file or record: an article, a refusal, or the same text as another."""

from collections.abc import Iterator

import msgspec

from curation.errors import DataError, ServiceError


class Refusal(msgspec.Struct, frozen=True):
    """A file or record that was not taken in: the place of the fault, the reason, what to do."""

    file: str
    place: str
    reason: str
    remedy: str


def refusals(name: str, error: DataError | ServiceError) -> Iterator[Refusal]:
    """Yield what an error says of a file."""
    if isinstance(error, ServiceError):
        reason = str(error).removeprefix(f"{name}: ").rstrip(".")
        yield Refusal(name, "whole file", reason, "See to its permissions and try again.")
        return
    for problem in error.problems:
        yield Refusal(problem.record, problem.value, problem.rule, problem.remedy)
