"""The builder: pathways written as the patient walks them.

    hospital = Hospital(days=365)
    cubicles = hospital.resource("cubicles", 6)
    patient = hospital.arrivals("walk_in", rate=5.1 / 60)
    patient.stay(cubicles, Exponential(mean=60))
    patient.leave()
    log = hospital.run(seed=1)

A `Path` is where some patients have got to: verbs called on it lay the next stretch of their way. A verb that
parts patients returns the paths of those who go aside, and the path itself goes on with the others; `join`
brings paths together again, `here` and `to` make loops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from flowsim.engine.engines import DEFAULT, simulator
from flowsim.engine.log import Log
from flowsim.errors import BuildError
from flowsim.pathways.blueprint import Blueprint, Label
from flowsim.pathways.compiler import Compiled, compile_blueprint
from flowsim.pathways.path import Path
from flowsim.sampling.arrivals import Arrivals, GivenArrivals, PoissonArrivals
from flowsim.sampling.cohort import Cohort, sample
from flowsim.sampling.draw_plan import AttributeLaw, PatientClass, Returning
from flowsim.timeline import StepFunction


class Hospital(Blueprint):
    """A blueprint with patients who come and a way to run it.

    Parameters
    ----------
    end : float
        Minutes that a run lasts; or give `days`.
    days : float
    """

    def arrivals(
        self,
        name: str,
        *,
        rate: float | StepFunction | None = None,
        at: Sequence[float] | None = None,
        arrivals: Arrivals | None = None,
        attributes: Mapping[str, AttributeLaw] | None = None,
        returning: Returning | None = None,
        controller: bool = False,
    ) -> Path:
        """Add a class of patients and return their path.

        Parameters
        ----------
        name : str
        rate : float or StepFunction
            Patients a minute, Poisson.
        at : sequence of float
            Or: the minutes at which they come.
        arrivals : Arrivals
            Or: arrivals in full. With none of the three, the class comes only by returning.
        attributes : Mapping[str, AttributeLaw]
        returning : Returning
        controller : bool
            Rows that are not patients, such as site meetings.
        """
        if any(c.name == name for c in self.classes):
            raise BuildError(f"there is a class of patients named {name} already")
        if at is not None:
            arrivals = GivenArrivals(tuple(at))
        elif rate is not None:
            arrivals = PoissonArrivals(
                rate=rate if isinstance(rate, StepFunction) else StepFunction.constant(rate)
            )
        if isinstance(arrivals, GivenArrivals) and not all(t >= 0 for t in arrivals.at):
            first = next(t for t in arrivals.at if not t >= 0)
            raise BuildError(f"arrivals of {name} must be at minute 0 or later; found {first}")
        self.classes.append(
            PatientClass(
                name=name,
                arrivals=arrivals,
                attributes=attributes or {},
                returning=returning,
                controller=controller,
            )
        )
        path = Path(self)
        self.entries.append(path.here(name))
        return path

    def nobody_before(self, moment: float) -> None:
        """Let those laid so far come only from a moment on; controllers who would come before come then."""
        self.classes = [
            replace(one, arrivals=one.arrivals and one.arrivals.after(moment, delayed=one.controller))
            for one in self.classes
        ]

    def label(self, name: str) -> tuple[Label, Path]:
        """Return a point that paths can go to, and the path that begins there."""
        path = Path(self)
        return path.here(name), path

    @cached_property
    def compiled(self) -> Compiled:
        """The program and what it needs drawn; nothing may be laid any more.

        Raises
        ------
        BuildError
            If no engine could run what was laid.
        """
        return compile_blueprint(self)

    def sample(self, *, seed: int = 0, replication: int = 0) -> Cohort:
        """Draw the cohort of one replication."""
        return sample(self.compiled.plan, seed=seed, replication=replication, end=self.end)

    def run(self, *, seed: int = 0, replication: int = 0, engine: str = DEFAULT) -> Log:
        """Sample and simulate one replication."""
        return simulator(engine)(
            self.compiled.program, self.sample(seed=seed, replication=replication), self.end
        )
