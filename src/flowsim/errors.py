"""Everything flowsim refuses, in one tree. The command line turns each into a message and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class FlowsimError(Exception):
    """Root of every error that is meant for a user; `exit_code` is what the command line returns."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it stands and what to do about it."""

    where: str
    """File and line, such as `scenarios/winter.yaml:14`; empty where there is no file."""
    path: str
    """Dotted path of the value, such as `wards.amu.beds`; empty for the file as a whole."""
    message: str
    """What is allowed, and what was found."""

    def __str__(self) -> str:
        head = "  ".join(part for part in (self.where, self.path) if part)
        body = "\n".join("  " + line for line in self.message.splitlines())
        return f"{head}\n{body}" if head else self.message


class InputError(FlowsimError):
    """What a user wrote cannot be run: all problems at once, nothing was run or written."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        self.problems = (Problem("", "", problems),) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def tried(problems: list[Problem], make: Callable[[], T]) -> T | None:
    """Return what is made; None if it is refused, the problems kept to be told with those of others."""
    try:
        return make()
    except InputError as error:
        problems.extend(error.problems)
        return None


class BuildError(FlowsimError):
    """A pathway that no engine could run, such as a patient who leaves while holding a bed."""

    exit_code = 2


class SimulationError(FlowsimError):
    """A run that cannot go on, such as a pathway that loops without taking time."""


class WorkersError(SimulationError):
    """Those who do the work are gone or unfit; what is finished is not lost, and others can go on with it."""


class ResultsError(FlowsimError):
    """Results that cannot be written, such as on a full disk; nothing half-written is left."""
