"""Logs written by hand: a few patients with their marks and stays in minutes; nothing else happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from flowsim.engine.log import Log, Patients, Places, Stays
from flowsim.outcomes import ReportingPeriod

NAN = float("nan")
HOUR, DAY = 60.0, 1440.0

CLASSES = (
    "emergency_call",
    "walk_in",
    "type2",
    "type3",
    "treatment_centre",
    "direct",
    "elective",
    "returning",
    "site_team",
)
MARKS = (
    "emergency_call",
    "hear_and_treat",
    "see_and_treat",
    "nhs_111",
    "cas_diverted",
    "treated_at_home",
    "enhanced_access",
    "ed_arrival",
    "ambulance_arrival",
    "handover",
    "initial_assessment",
    "assessed",
    "gp_seen",
    "first_clinician",
    "investigations_requested",
    "results_available",
    "fit_seen",
    "fit_avoided",
    "referred",
    "specialty_review",
    "decision_to_admit",
    "left_without_being_seen",
    "coast_avoided",
    "observed",
    "liaison_referral",
    "liaison_seen",
    "mental_health_bed_requested",
    "departed",
    "sent_on",
    "ambulatory_care",
    "admitted",
    "medically_ready",
    "medically_fit",
    "ids_referred",
    "ids_assessed",
    "funding_agreed",
    "ready_for_service",
    "transport_booked",
    "chc_decided",
    "declined",
    "service_started",
    "substituted",
    "slot_blocked",
    "service_ended",
    "discharged",
    "died",
    "readmitted",
)
RESOURCES = (
    "doctor",
    "amu",
    "surgery",
    "escalation",
    "p1_P",
    "p1_FG",
    "p2_P",
    "cancelled_electives",
    "electives_put_off",
    "opel",
    "closed_beds",
)
LEVELS = {
    "age_band": ("0-17", "18-44", "45-64", "65-74", "75-84", "85+"),
    "frailty": ("not_frail", "frail"),
    "care_home": ("no", "yes"),
    "high_intensity": ("no", "yes"),
    "through_111": ("no", "yes"),
    "locality": ("P", "FG", "SEH"),
    "stream": ("gp", "minors", "majors", "resus", "children"),
    "presentation": ("mental_health", "physical"),
    "specialty": ("medicine", "surgery", "trauma_orthopaedics", "children"),
    "delayed_transfer": ("no", "nhs", "social_care", "both"),
    "pathway": ("P1", "P2", "P3", "P4"),
}
COUNCILS = {"P": "Portsmouth", "FG": "Hampshire", "SEH": "Hampshire"}
D2A = {"p1_P": ("P1", "P"), "p1_FG": ("P1", "FG"), "p2_P": ("P2", "P")}

Stay = tuple[str, float, float, float]
"""Resource, requested, started, ended."""


@dataclass(frozen=True)
class Person:
    """A row of the log."""

    klass: str
    started: float
    marks: dict[str, float] = field(default_factory=dict)
    stays: Sequence[Stay] = ()
    attributes: dict[str, str] = field(default_factory=dict)


def walk_in(arrival: float, departed: float = NAN, **marks: float) -> Person:
    """Return a type 1 patient who walked in."""
    return Person("walk_in", arrival, {"ed_arrival": arrival, "departed": departed, **marks})


def by_ambulance(arrival: float, handover: float, departed: float = NAN, **marks: float) -> Person:
    """Return a type 1 patient who came by ambulance."""
    set_marks = {
        "ed_arrival": arrival,
        "ambulance_arrival": arrival,
        "handover": handover,
        "departed": departed,
    }
    return Person("emergency_call", arrival, {**set_marks, **marks})


def inpatient(
    admitted: float, discharged: float = NAN, ward: str = "amu", klass: str = "direct", **marks: float
) -> Person:
    """Return somebody in one bed from admission to discharge."""
    stay = (ward, admitted, admitted, discharged)
    return Person(klass, admitted, {"admitted": admitted, "discharged": discharged, **marks}, [stay])


def with_attributes(person: Person, **attributes: str) -> Person:
    """Return the same person with levels of attributes."""
    return Person(person.klass, person.started, person.marks, person.stays, attributes)


def written(
    *people: Person, end: float = 2 * DAY, places: Sequence[tuple[float, str, int]] = ((0.0, "amu", 3),)
) -> Log:
    """Return the log of these people, in this order of rows."""
    marks = np.array([[p.marks.get(name, NAN) for p in people] for name in MARKS])
    stays = [(row, *stay) for row, p in enumerate(people) for stay in p.stays]
    times = np.array([stay[2:] for stay in stays], dtype=np.float64).reshape(-1, 3)
    assert all(name in MARKS for p in people for name in p.marks)
    attributes = {
        name: np.array(
            [levels.index(p.attributes[name]) if name in p.attributes else -1 for p in people], np.int8
        )
        for name, levels in LEVELS.items()
    }
    started = np.array([p.started for p in people])
    return Log(
        Patients(
            np.array([CLASSES.index(p.klass) for p in people], dtype=np.int32),
            started,
            np.full(len(people), NAN),
            marks.reshape(len(MARKS), len(people)),
            attributes,
            np.arange(len(people)),
        ),
        Stays(
            np.array([stay[0] for stay in stays], dtype=np.int32),
            np.zeros(len(stays), dtype=np.int32),
            np.array([RESOURCES.index(stay[1]) for stay in stays], dtype=np.int32),
            times[:, 0],
            times[:, 1],
            times[:, 2],
        ),
        Places(
            np.array([place[0] for place in places]),
            np.array([RESOURCES.index(place[1]) for place in places], dtype=np.int32),
            np.array([place[2] for place in places], dtype=np.int64),
        ),
        end,
        RESOURCES,
        MARKS,
        CLASSES,
        tuple(name == "site_team" for name in CLASSES),
        ("anywhere",),
        LEVELS,
    )


def days(
    ends: float,
    begins: float = 0.0,
    *,
    origin: dt.datetime = dt.datetime(2024, 1, 1),  # a Monday
    sdec_counts_as_admission: bool = True,
    basis: str = "departures",
) -> ReportingPeriod:
    """Return a reporting period in days since the origin."""
    assert basis in ("departures", "arrivals")
    return ReportingPeriod(
        origin=origin,
        begins=begins * DAY,
        ends=ends * DAY,
        ga_beds=("amu", "surgery", "escalation"),
        escalation="escalation",
        amu="amu",
        d2a=D2A,
        councils=COUNCILS,
        opel="opel",
        closed_beds="closed_beds",
        cancelled="cancelled_electives",
        put_off="electives_put_off",
        sdec_counts_as_admission=sdec_counts_as_admission,
        basis="departures" if basis == "departures" else "arrivals",
    )


def at(day: int, clock: str) -> float:
    """Return the minute of a clock time on a day; day 1 is the day of the origin."""
    hours, minutes = clock.split(":")
    return (day - 1) * DAY + int(hours) * HOUR + int(minutes)
