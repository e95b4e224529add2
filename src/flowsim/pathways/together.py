"""Several hospitals in one run, with capacity that they share.

Hospitals are data, so they are put together after they are laid: each keeps its verbs, its patients and
their luck, and all that it has gets its name in front, as in `south:amu`. What is shared keeps its plain name
and has the places of all of them; patients queue for it by the rules of each hospital. With nothing shared
nobody can tell that the other is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log, Patients, Places, Stays
from flowsim.engine.program import Condition, Verb
from flowsim.errors import InputError
from flowsim.pathways.blueprint import Calendar, Group, Instruction, Label, Preference, Resource
from flowsim.pathways.builder import Hospital
from flowsim.sampling.draw_plan import PatientClass
from flowsim.timeline import StepFunction
from flowsim.wording import unknown

SEPARATOR = ":"


def together(hospitals: Mapping[str, Hospital], shared: Collection[str] = ()) -> Hospital:
    """Return one hospital made of several.

    Parameters
    ----------
    hospitals : Mapping[str, Hospital]
        Each laid whole, by a name without a colon.
    shared : collection of str
        Resources that every one of them has and that are one from now on, with the places of all.

    Raises
    ------
    InputError
        If they do not last equally long, mean different things by an attribute, do not all have what is
        shared, or open and close places of it as they run.
    """
    _refuse_unlike(hospitals, shared)
    ends = {hospital.end for hospital in hospitals.values()}
    joint = Hospital(end=ends.pop())
    for name in shared:
        joint.resource(name, _sum([hospital.resources[name].places for hospital in hospitals.values()]))
    for name, hospital in hospitals.items():
        _Joining(joint, hospital, name, frozenset(shared)).join()
    return joint


def _refuse_unlike(hospitals: Mapping[str, Hospital], shared: Collection[str]) -> None:
    problems = []
    if len({hospital.end for hospital in hospitals.values()}) != 1:
        days = ", ".join(f"{name} {hospital.end / 1440:g} days" for name, hospital in hospitals.items())
        problems.append(f"hospitals in one run must last equally long, warm-up included; found {days}")
    for name, hospital in hospitals.items():
        if SEPARATOR in name:
            problems.append(f"a hospital's name must be without a colon; found {name}")
        problems += [
            f"{name}: {unknown('resource to share', one, hospital.resources)}"
            for one in shared
            if one not in hospital.resources
        ]
        changing = {one.numbers[0] for one in hospital.instructions if one.verb is Verb.CAPACITY}
        problems += [
            f"{name}: places of {one} are opened and closed as it runs, so nobody could say whose they are"
            for one in shared
            if one in hospital.resources and hospital.resources[one].index in changing
        ]
    known: dict[str, tuple[str, ...]] = {}
    for name, hospital in hospitals.items():
        for attribute, levels in hospital.levels.items():
            if known.setdefault(attribute, levels) != levels:
                found = f"{', '.join(levels)} and {', '.join(known[attribute])}"
                problems.append(f"{name}: {attribute} must mean the same in every hospital; found {found}")
    if problems:
        raise InputError("\n".join(problems))


def _sum(places: list[StepFunction]) -> StepFunction:
    times = np.unique(np.concatenate([one.times for one in places]))
    return StepFunction(times, np.sum([one.at(times) for one in places], axis=0)).merged()


class _Joining:
    """One hospital being put into the joint one."""

    def __init__(self, joint: Hospital, hospital: Hospital, name: str, shared: frozenset[str]) -> None:
        self.joint, self.hospital, self.name = joint, hospital, name
        self.first = len(joint.instructions)
        self.resources = [
            joint.resources[one] if one in shared else joint.resource(self.named(one), resource.places)
            for one, resource in hospital.resources.items()
        ]
        self.calendars: list[Calendar] = [
            joint.calendar(self.named(one), calendar.levels) for one, calendar in hospital.calendars.items()
        ]
        self.groups: list[Group] = [
            joint.group(self.named(one), *(self.resource(member) for member in group.members))
            for one, group in hospital.groups.items()
        ]
        self.lists = [joint.waiting_list(self.named(one)).index for one in hospital.lists]
        self.slots = [joint.slot(one) for one in hospital.slots]
        self.marks = [joint.mark_index(one) for one in hospital.marks]

    def named(self, name: str) -> str:
        return f"{self.name}{SEPARATOR}{name}"

    def resource(self, resource: Resource) -> Resource:
        return self.resources[resource.index]

    def join(self) -> None:
        joint = self.joint
        for attribute, levels in self.hospital.levels.items():
            if attribute not in joint.levels:
                joint.attribute(attribute, levels)
        joint.classes += map(self.patient_class, self.hospital.classes)
        joint.instructions += map(self.instruction, self.hospital.instructions)
        for entry in self.hospital.entries:
            assert entry.instruction is not None
            joint.entries.append(Label(self.named(entry.name), self.first + entry.instruction))

    def patient_class(self, one: PatientClass) -> PatientClass:
        back = one.returning and replace(one.returning, as_class=self.named(one.returning.as_class))
        return replace(one, name=self.named(one.name), returning=back)

    def instruction(self, one: Instruction) -> Instruction:
        return Instruction(
            one.verb,
            [None if following is None else self.first + following for following in one.successors],
            list(one.columns),
            self.numbers(one),
            tuple(Preference(self.resource(p.resource), p.offset) for p in one.alternatives),
            one.bounds,
            one.site,
        )

    def numbers(self, one: Instruction) -> tuple[int, ...]:
        """Return what an instruction works on by its numbers in the joint hospital."""
        match one.verb:
            case Verb.SEIZE:
                slot, waiting, closing, since = one.numbers
                return (
                    self.slots[slot],
                    self.lists[waiting],
                    closing if closing < 0 else self.calendars[closing].index,
                    since if since < 0 else self.marks[since],
                )
            case Verb.RELEASE:
                return (self.slots[one.numbers[0]],)
            case Verb.UNTIL:
                return (self.calendars[one.numbers[0]].index,)
            case Verb.MARK:
                return (self.marks[one.numbers[0]],)
            case Verb.CAPACITY:
                resource, change = one.numbers
                return (self.resources[resource].index, change)
            case Verb.WHEN:
                kind, subject = one.numbers
                if kind in (Condition.OPEN, Condition.OPENS_WITHIN):
                    return (kind, self.calendars[subject].index)
                if kind == Condition.WAITING:
                    return (kind, self.lists[subject])
                return (kind, self.groups[subject].index)
            case _:
                return one.numbers


NOTHING: Mapping[str, StepFunction] = MappingProxyType({})


def apart(
    log: Log, child: NDArray[np.int32], name: str, shared: Mapping[str, StepFunction] = NOTHING
) -> tuple[Log, NDArray[np.int32]]:
    """Return what one hospital sees of a joint run, by its own names.

    Parameters
    ----------
    log : Log
        Of what `together` made.
    child : NDArray[np.int32]
        `Cohort.child`.
    name : str
        Of the hospital.
    shared : Mapping[str, StepFunction]
        What it shares, with the places that it brought. Of what is shared the log is given those places, so
        that a figure per place, such as an occupancy, adds up over the hospitals; above 1 is who uses more
        than they brought.

    Returns
    -------
    Log, NDArray[np.int32]
        Its patients, their stays, its places; and the rows of their returns.
    """
    head = f"{name}{SEPARATOR}"
    rows = np.flatnonzero(np.char.startswith(np.array(log.class_names), head)[log.patients.klass])
    row_of = np.full(len(log.patients.klass) + 1, -1, dtype=np.int32)
    row_of[rows] = np.arange(len(rows), dtype=np.int32)
    mine = [one for one in log.resource_names if one.startswith(head) or one in shared]
    resource_of = np.full(len(log.resource_names), -1, dtype=np.int32)
    resource_of[[log.resource(one) for one in mine]] = np.arange(len(mine), dtype=np.int32)
    classes = [one for one in log.class_names if one.startswith(head)]
    class_of = np.array([classes.index(one) if one in classes else -1 for one in log.class_names], np.int32)
    stays = np.flatnonzero(row_of[log.stays.patient] >= 0)
    brought = {log.resource(one): places for one, places in shared.items()}
    part = Log(
        Patients(
            class_of[log.patients.klass[rows]],
            log.patients.started[rows],
            log.patients.left[rows],
            log.patients.marks[:, rows],
            {attribute: codes[rows] for attribute, codes in log.patients.attributes.items()},
            log.patients.candidate[rows],
        ),
        Stays(
            row_of[log.stays.patient[stays]],
            log.stays.site[stays],
            resource_of[log.stays.resource[stays]],
            log.stays.requested[stays],
            log.stays.started[stays],
            log.stays.ended[stays],
        ),
        _places(log, resource_of, brought),
        log.end,
        tuple(one.removeprefix(head) for one in mine),
        log.mark_names,
        tuple(one.removeprefix(head) for one in classes),
        tuple(c for one, c in zip(log.class_names, log.controllers, strict=True) if one in classes),
        log.sites,
        log.levels,
    )
    return part, row_of[child[rows]]


def _places(log: Log, resource_of: NDArray[np.int32], brought: Mapping[int, StepFunction]) -> Places:
    """Return the places of a hospital's own resources as they were, and of shared ones what it brought."""
    own = np.flatnonzero((resource_of >= 0)[log.places.resource] & ~np.isin(log.places.resource, [*brought]))
    times = [log.places.time[own], *(places.times for places in brought.values())]
    levels = [log.places.capacity[own], *(places.levels.astype(np.int64) for places in brought.values())]
    resources = [log.places.resource[own], *(np.full(len(p.times), i) for i, p in brought.items())]
    time = np.concatenate(times)
    order = np.argsort(time, kind="stable")
    order = order[time[order] < log.end]
    return Places(time[order], resource_of[np.concatenate(resources)[order]], np.concatenate(levels)[order])
