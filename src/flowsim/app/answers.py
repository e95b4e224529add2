"""Answers: each question's replications, run in the background while somebody looks, two first, then more.

One thread has all the work done. A question that is new goes before one that only narrows. A look is of the
first replications of a fixed list, so it is the same on every machine; what a look has run is kept in the
store, so that a question asked before is answered at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from flowsim.app.question import Asked, Question
from flowsim.errors import FlowsimError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.arms.stored import Replications
from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.store import Store
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.precision import FIRST
from flowsim.experiments.work.workers import AHEAD
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report.pack import sentences

LOG = logging.getLogger(__name__)

LOOKS = (2, 4, 8, 16, 32)
"""Replications of each look."""
HALF_WIDTH = 0.002
"""Of the first sentence's share: narrow enough, once there are `FIRST` replications or more."""
LOOKED_AT = 60.0
"""Seconds after which a question that nobody looks at rests."""
REMEMBERED = 40
"""Questions of which the answers are kept in memory; all replications stay in the store."""
POLL = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is known after some replications.

    Parameters
    ----------
    comparison : Comparison
        Without who changed, which only a results folder has.
    most : int
        Replications at most.
    """

    comparison: Comparison
    most: int

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.comparison.numbers)

    @property
    def half_width(self) -> float:
        """Half the interval of what the first sentence is about; NaN if it is no share."""
        lead = sentences.lead(self.comparison)
        if lead is None or METRICS[lead].unit != "share":
            return float("nan")
        one = self.comparison.difference(self.comparison.arms[0].name, lead)
        return (one.high - one.low) / 2

    @property
    def is_last(self) -> bool:
        """Whether no more replications follow, by the rule that the page states."""
        narrow = self.replications >= FIRST and self.half_width <= HALF_WIDTH
        return narrow or self.replications >= self.most


@dataclass(kw_only=True, eq=False)
class Answer:
    """A question's answer as far as it is known.

    Parameters
    ----------
    asked : Asked
    arms : tuple of Arm
    looks : list of Look
        So far, each with more replications.
    replications : Replications
        Those that were found or run, of both arms.
    plan : tuple of int
        Replications of each look.
    failed : str
        Why it cannot go on; empty if it can.
    seen : float
        When somebody last looked.
    """

    asked: Asked
    arms: tuple[Arm, ...]
    replications: Replications
    plan: tuple[int, ...]
    looks: list[Look] = field(default_factory=list)
    failed: str = ""
    seen: float = 0.0

    @property
    def done(self) -> int:
        """Replications of the last look."""
        return self.looks[-1].replications if self.looks else 0

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.failed) or (bool(self.looks) and self.looks[-1].is_last)


class _Interrupted(Exception):
    """A new question came first."""


class Answers:
    """All answers, and the thread that works on them.

    Parameters
    ----------
    store : Store
    executor : Executor
        What does the work, ready.
    jobs : int
        How much of it at once.
    plan : tuple of int
        Replications of each look.
    """

    def __init__(self, store: Store, executor: Executor, jobs: int, plan: tuple[int, ...] = LOOKS) -> None:
        self.store, self.executor, self.jobs, self.plan = store, executor, jobs, plan
        self._changed = threading.Condition()
        self._answers: OrderedDict[Question, Answer] = OrderedDict()
        self._urgent: Answer | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="answers", daemon=True)
        self._thread.start()

    def of(self, asked: Asked) -> Answer:
        """Return the answer of a question, begun if it is new.

        Raises
        ------
        InputError, BuildError
            If it cannot be run.
        """
        with self._changed:
            answer = self._answers.get(asked.question)
            if answer is not None and answer.failed:
                del self._answers[asked.question]  # it is tried once more
                answer = None
        if answer is None:
            arms = asked.arms(self.plan[-1])
            answer = Answer(
                asked=asked,
                arms=arms,
                replications=replications_of(self.store, self.executor, self.jobs),
                plan=self.plan,
            )
        with self._changed:
            answer = self._answers.setdefault(asked.question, answer)
            self._answers.move_to_end(asked.question)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
            answer.seen = time.monotonic()
            if not answer.looks and not answer.failed:
                self._urgent = answer
            self._changed.notify_all()
        return answer

    def wait(self, answer: Answer, more_than: int, seconds: float) -> None:
        """Wait until an answer has more replications than that, is final, or the time is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: answer.done > more_than or answer.is_final or self._ended, timeout=seconds
            )

    def stop(self) -> None:
        """Let nobody wait any longer; safe in a signal's handler."""
        self._ended = True
        threading.Thread(target=self._wake, daemon=True).start()

    def end(self) -> None:
        """Stop, and wait until the thread gives out no more work."""
        self.stop()
        self._thread.join()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while not self._ended:
            answer = self._next()
            if answer is not None:
                self._look(answer)

    def _next(self) -> Answer | None:
        """Return what to work on: a new question, or that with the fewest replications that is looked at."""
        with self._changed:
            urgent, self._urgent = self._urgent, None
            if urgent is not None and not urgent.looks:
                return urgent
            now = time.monotonic()
            open_ = [one for one in self._answers.values() if not one.is_final and now - one.seen < LOOKED_AT]
            if open_:
                return min(open_, key=lambda one: (one.done, -one.seen))
            self._changed.wait(POLL)
            return None

    def _look(self, answer: Answer) -> None:
        """Have the next look's replications run, and note what they say."""
        count = next(number for number in answer.plan if number > answer.done)

        def told(_done: int, _wanted: int) -> None:
            other = self._urgent is not None and self._urgent is not answer
            if self._ended or (other and answer.looks):
                raise _Interrupted

        answer.replications.told = told
        try:
            done = answer.replications.of(answer.arms, range(count))
            look, failed = [Look(compared(answer.arms, done), answer.plan[-1])], ""
        except _Interrupted:
            return
        except FlowsimError as error:
            look, failed = [], str(error)
        except Exception:
            LOG.exception("a question could not be answered")
            look, failed = [], "flowsim itself failed; the terminal where it runs has the details"
        with self._changed:
            answer.looks += look
            answer.failed = failed
            self._changed.notify_all()


def replications_of(store: Store, executor: Executor, jobs: int) -> Replications:
    """Return where an answer's replications come from: of each only what its page shows."""
    # As much is given out as there are processes, so that a new question need not wait for a queue.
    wanted = [(metric, ALL) for metric in HEADLINES]
    return Replications(store, executor=executor, jobs=max(1, jobs // AHEAD), only=wanted)


def compared(arms: Sequence[Arm], done: Sequence[Sequence[Replication]]) -> Comparison:
    """Return the comparison of replications of a baseline and its arms, without who changed."""
    baseline, *others = (arm.results(several) for arm, several in zip(arms, done, strict=True))
    return Comparison(
        baseline=baseline,
        arms=tuple(
            Compared(
                name=arm.name,
                title=arm.title,
                results=results,
                parts=tuple(part.name for part in arm.parts),
                changed=np.empty((len(results.numbers), 0, 4)),
            )
            for arm, results in zip(arms[1:], others, strict=True)
        ),
        words=(),
    )
