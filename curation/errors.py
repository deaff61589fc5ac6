"""The errors that a user can meet, each with the exit code that the command line gives it.

CurationError            1
├── DataError            1   records break the contract; carries every problem found
├── UsageError           2   the command cannot be run as it was given
└── ServiceError         3   a service or a file could not be reached
"""

from collections.abc import Sequence

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong with one record, said so that a person can mend it.

    `record` names it (file:line, article id, "article a-… span s3"), `value` is what was
    found, `rule` what should hold, `remedy` what to do.
    """

    record: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.record}: {self.value}: {self.rule}. {self.remedy}"


class CurationError(Exception):
    """Base of every error that is reported without a traceback."""

    exit_code = 1


class DataError(CurationError):
    """Records break the contract; `problems` holds each of them, in the order found."""

    SHOWN = 20

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [str(problem) for problem in self.problems[: self.SHOWN]]
        if len(self.problems) > self.SHOWN:
            lines.append(f"… and {len(self.problems) - self.SHOWN} more problems")
        return "\n".join(lines)


class UsageError(CurationError):
    """The command cannot be run as it was given."""

    exit_code = 2


class ServiceError(CurationError):
    """A service or a file could not be reached."""

    exit_code = 3
