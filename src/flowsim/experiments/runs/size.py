"""How large a run would be: refused before it starts rather than by the machine in the middle of it."""

from __future__ import annotations

from flowsim.errors import InputError
from flowsim.experiments.runs.memory import free_memory
from flowsim.pathways.builder import Hospital
from flowsim.sampling.arrivals import PoissonArrivals

MOST_PATIENTS = 4_000_000
"""Patients drawn for a replication, unless the user allows more: ten years of Portsmouth draw 2.8 million."""

BYTES_A_PATIENT = 2_200
"""Measured at the peak of a baseline replication, draws and log together."""


def patients_drawn(hospital: Hospital) -> float:
    """Return how many patients are drawn for one replication, in expectation: the whole superset."""
    expected = 0.0
    for patient_class in hospital.compiled.plan.classes:
        arrivals = patient_class.arrivals
        if isinstance(arrivals, PoissonArrivals):
            expected += float(arrivals.rate.integral(hospital.end)) * arrivals.multiple
        elif arrivals is not None:
            expected += sum(time < hospital.end for time in arrivals.at)
    return expected


def size_of(hospital: Hospital, most: int) -> float:
    """Return how many patients are drawn for one replication, if they are not more than `most`.

    Raises
    ------
    InputError
        With the estimate of patients and memory.
    """
    patients = patients_drawn(hospital)
    if patients > most:
        raise InputError(
            f"a replication must draw at most {most:,} patients; this one would draw about {patients:,.0f} "
            f"and need {patients * BYTES_A_PATIENT / 1e9:,.1f} GB in each process\n"
            "look for days or volumes that are far too large, or allow more with --max-patients"
        )
    return patients


def refuse_if_memory_is_short(patients: float, processes: int) -> None:
    """Refuse replications that need more memory than is free, all processes together.

    Parameters
    ----------
    patients : float
        Expected to be drawn for one replication.
    processes : int
        That run one each at the same time.

    Raises
    ------
    InputError
        With what is needed, what is free, and how many processes would do.
    """
    free, each = free_memory(), patients * BYTES_A_PATIENT
    if free is None or each * processes <= free:
        return
    enough = int(free // each)
    remedy = f"--jobs {enough} would do" if enough else "try fewer days or smaller volumes"
    raise InputError(
        f"replications must fit into memory; {processes:,} at a time need about "
        f"{each * processes / 1e9:,.1f} GB ({patients:,.0f} patients each), and "
        f"{max(free, 0.0) / 1e9:,.1f} GB are free\n{remedy}"
    )
