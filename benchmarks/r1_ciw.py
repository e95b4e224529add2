"""R1 in Ciw: five nodes in a row; its own arrivals, durations, routing and blocking; outputs of its records.

Ciw can express R1 exactly. A node of `queue_capacity` 0 blocks whoever comes while all its servers are held
(transfer blocking): the patient keeps the server of the node before, the one blocked first moves first, and a
chain of moves takes no time. So nobody queues at the AMU, the wards or D2A; the wait for them is the time
blocked at the node before. Ciw asks every server and every patient of a node at each event, so an event costs
more the more beds there are: it is measured over a shorter horizon than the others.
"""

from __future__ import annotations

import math
from collections import defaultdict

import ciw
from r1 import ARRIVAL_RATES, DAY, DAYS, FOUR_HOURS, HOUR, STAGES, Outputs

NODES = {node: stage.name for node, stage in enumerate(STAGES, start=1)}
TRIAGE, ED, AMU, WARD, D2A = NODES
UNLIMITED = math.inf


def network(horizon: float) -> ciw.network.Network:
    """Return R1 with arrivals until the horizon [min]."""
    hours = [HOUR * (hour + 1) for hour in range(len(ARRIVAL_RATES))]
    routing = [[0.0] * len(STAGES) for _ in STAGES]
    for node, stage in enumerate(STAGES[:-1]):
        routing[node][node + 1] = stage.onward
    return ciw.create_network(
        arrival_distributions=[
            ciw.dists.PoissonIntervals(list(ARRIVAL_RATES), hours, max_sample_date=horizon),
            *([None] * len(STAGES[1:])),
        ],
        service_distributions=[ciw.dists.Lognormal(stage.mu, stage.sigma) for stage in STAGES],
        number_of_servers=[stage.units for stage in STAGES],
        queue_capacities=[0 if node in (AMU, WARD, D2A) else UNLIMITED for node in NODES],
        routing=routing,
    )


def replicate(seed: int, days: int = DAYS) -> Outputs:
    """Run one replication of R1.

    Parameters
    ----------
    seed : int
        Of Ciw's random streams.
    days : int
        Horizon.

    Returns
    -------
    Outputs
        The replication's outputs.
    """
    ciw.seed(seed)
    horizon = days * DAY
    simulation = ciw.Simulation(network(horizon))
    simulation.simulate_until_max_time(horizon)
    held: dict[int, float] = defaultdict(float)
    blocked: dict[int, list[float]] = defaultdict(list)
    arrived: dict[int, float] = {}
    left_ed: list[tuple[int, float]] = []
    ends = 0
    for record in simulation.get_all_records(include_incomplete=True):
        if record.node == TRIAGE:
            arrived[record.id_number] = record.arrival_date
        if record.service_start_date is not None:
            left = horizon if record.exit_date is None else record.exit_date
            held[record.node] += left - record.service_start_date
        ends += record.service_end_date is not None
        if record.exit_date is not None:
            if record.node == ED:
                left_ed.append((record.id_number, record.exit_date))
            if record.destination in (AMU, WARD, D2A):
                blocked[record.destination].append(record.time_blocked)
    within = sum(left - arrived[patient] <= FOUR_HOURS for patient, left in left_ed)
    return Outputs(
        arrivals=len(arrived),
        ed_out=len(left_ed),
        four_hour_pct=100 * within / len(left_ed),
        **{f"occ_{name}": held[node] / horizon for node, name in NODES.items()},
        **{f"blocked_{NODES[node]}": sum(blocked[node]) / len(blocked[node]) for node in (AMU, WARD, D2A)},
        events=len(arrived) + ends,
    )
