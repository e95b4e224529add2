"""Community: slots held per locality, the wait for them in an acute bed, and the ways out of it."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS
from flowsim.timeline import DAY, GRID, HOUR
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import Run, run, slots


@pytest.fixture(scope="module")
def no_slots() -> Run:
    """Return a hospital whose community is closed."""
    return run(40, slots(0))


@pytest.mark.parametrize("pathway", PATHWAYS)
@pytest.mark.parametrize("locality", LOCALITIES)
def test_residents_use_their_own_localitys_slots_and_those_hold_no_more_than_there_are(
    any_run: Run, pathway: str, locality: str
) -> None:
    service = any_run.served("service")
    slot = any_run.is_in(service, f"{pathway.lower()}_{locality}")
    assert any_run.is_level("locality", locality)[slot].all()
    declined = ~np.isnan(any_run.mark("declined")) if pathway == "P2" else np.zeros(len(slot), bool)
    assert (any_run.is_level("pathway", pathway) | declined)[slot].all()
    times = np.sort(service.started[slot])
    ended = np.sort(service.ended[slot])
    held = np.searchsorted(times, times, side="right") - np.searchsorted(ended, times, side="right")
    places = getattr(any_run.scenario.community, pathway).places[locality]
    assert held.max(initial=0) <= places


def test_every_slot_of_the_crowded_community_is_used_up(crowded: Run) -> None:
    service = crowded.served("service")
    for locality in LOCALITIES:
        held = (
            crowded.is_in(service, f"p1_{locality}")
            & ~(service.ended < 25 * DAY)
            & (service.started < 25 * DAY)
        )
        assert held.sum() == crowded.scenario.community.P1.places[locality]


def test_a_patient_is_fetched_within_the_hours_of_starting_on_a_day_the_patients_luck_allows(
    any_run: Run,
) -> None:
    started = any_run.mark("transport_booked")
    service = any_run.served("service")
    for pathway in PATHWAYS:
        mine = ~np.isnan(started) & any_run.is_level("pathway", pathway)
        levels = getattr(any_run.scenario.community, pathway).starts.over(
            any_run.origin, any_run.hospital.end
        )
        assert (levels.at(started[mine]) > any_run.draw("service_start_day")[mine]).all()
        hour = any_run.hour(started[mine])
        assert ((hour >= 10) & (hour <= 17)).all()
        assert (service.started[mine] <= started[mine]).all()
        # Nobody who can go any day waits longer than to tomorrow's time of day.
        free = mine & (any_run.draw("service_start_day") < levels.levels.min())
        assert (started - service.started < DAY)[free].all()


def test_a_slot_is_used_from_its_grant_until_the_service_ends(baseline: Run) -> None:
    service = baseline.served("service")
    ended = ~np.isnan(baseline.mark("service_ended"))
    assert ended.sum() > 50
    assert np.array_equal(service.ended[ended], baseline.mark("service_ended")[ended])


def test_a_service_takes_its_stay_and_in_a_fifth_of_pathway_1_its_slot_is_blocked_after(
    baseline: Run,
) -> None:
    used = baseline.mark("service_ended") - baseline.mark("service_started")
    ended = ~np.isnan(used)
    blocked = baseline.is_level("pathway", "P1") & (baseline.draw("p1_blocked") < 0.20)
    plain = ended & ~blocked
    longer = ended & blocked
    assert longer.sum() > 10
    assert np.array_equal(used[plain], baseline.draw("service_stay")[plain])
    on_top = used - baseline.draw("service_stay")
    assert np.array_equal(on_top[longer], baseline.draw("blocked_by_long_term_care")[longer])


def test_the_factor_on_a_service_shortens_its_own_stays_only(baseline: Run) -> None:
    shorter = run(40, {"community.P1.stay_factor": 0.8})
    came = ~np.isnan(baseline.cohort.arrival)
    before, after = baseline.draw("service_stay")[came], shorter.draw("service_stay")[came]
    p1, others = (baseline.is_level("pathway", *names)[came] for names in (("P1",), ("P2", "P3")))
    both = ~np.isnan(before) & ~np.isnan(after)
    assert min((both & p1).sum(), (both & others).sum()) > 200
    assert np.abs(after - 0.8 * before)[both & p1].max() <= 1 / GRID
    assert np.array_equal(after[both & others], before[both & others])


# Waiting


def test_the_longest_ready_goes_first_even_after_a_new_acute_episode(crowded: Run) -> None:
    asked = crowded.stays("service")
    ready = crowded.mark("ready_for_service")[asked.patient]
    stop = np.where(np.isnan(asked.started), asked.ended, asked.started)
    stop = np.where(np.isnan(stop), np.inf, stop)
    pathway = crowded.log.patients.attributes["pathway"][asked.patient]
    locality = crowded.log.patients.attributes["locality"][asked.patient]
    # Who declined waits in the queue of another pathway than their own.
    own = np.isnan(crowded.mark("declined"))[asked.patient]
    waited = np.flatnonzero((asked.started > asked.requested) & own)
    assert len(waited) > 20
    for i in waited.tolist():
        queue = (pathway == pathway[i]) & (locality == locality[i]) & own
        there = queue & (asked.requested < asked.started[i]) & (stop > asked.started[i])
        assert (ready[there] >= ready[i]).all()


def test_a_slot_that_is_free_again_goes_to_whoever_waits_at_that_moment(crowded: Run) -> None:
    service = crowded.served("service")
    waited = service.started > service.requested
    assert waited.sum() > 20
    freed = {(int(r), t) for r, t in zip(service.resource, service.ended.tolist(), strict=True)}
    given = {
        (int(r), t) for r, t in zip(service.resource[waited], service.started[waited].tolist(), strict=True)
    }
    assert given <= freed


def test_a_new_episode_ends_the_wait_for_its_length_and_then_the_patient_asks_again(crowded: Run) -> None:
    asked = crowded.stays("service")
    visits = np.bincount(asked.patient, minlength=len(crowded.log.patients.klass))
    declined = ~np.isnan(crowded.mark("declined"))
    again = np.flatnonzero((visits == 2) & ~declined)
    assert visits[~declined].max() == 2
    assert len(again) > 10
    until_then = np.where(
        crowded.is_level("pathway", "P1"),
        crowded.worked_out("other_way_out", "new_episode", "decline", is_time=True),
        crowded.worked_out("other_way_out", "new_episode", is_time=True),
    )
    for patient in again.tolist():
        first, second = np.flatnonzero(asked.patient == patient).tolist()
        assert np.isnan(asked.started[first])
        assert asked.ended[first] == crowded.mark("ready_for_service")[patient] + until_then[patient]
        assert asked.requested[second] - asked.ended[first] == crowded.draw("new_episode_stay")[patient]


def test_a_new_episode_is_spent_in_the_bed_that_the_patient_has() -> None:
    asked = run(30, {**FEW_BEDS, "wards.escalation.opened": 0})
    service = asked.stays("service")
    again = np.flatnonzero(np.bincount(service.patient) == 2)
    for site in ("first_bed", "ward_bed"):
        stays = asked.stays(site)
        held = stays.patient[~np.isnan(stays.started)]
        assert (np.bincount(held, minlength=again.max() + 1)[again] <= 1).all()
    kept = np.isnan(asked.mark("service_started")[again]) & np.isnan(asked.mark("discharged")[again])
    ended = np.where(
        np.isnan(asked.served("ward_bed").started),
        asked.served("first_bed").ended,
        asked.served("ward_bed").ended,
    )[again]
    assert kept.any()
    assert np.isnan(ended[kept]).all()


def test_where_the_community_is_closed_nobody_starts_a_service(no_slots: Run) -> None:
    assert (~np.isnan(no_slots.mark("ready_for_service"))).sum() > 200
    assert np.isnan(no_slots.mark("service_started")).all()


def test_another_way_out_leads_home_like_a_simple_discharge_at_its_time(no_slots: Run) -> None:
    other = no_slots.mark("ready_for_service") + no_slots.draw("other_way_out")
    gone = no_slots.is_level("pathway", *PATHWAYS) & ~np.isnan(no_slots.mark("discharged"))
    gone &= ~np.isnan(no_slots.mark("ready_for_service"))
    assert gone.sum() > 20
    assert (no_slots.mark("discharged") >= other)[gone].all()
    clock = no_slots.draw("discharge_time")
    assert np.array_equal((no_slots.mark("discharged") % DAY)[gone], clock[gone])


def test_of_two_ways_to_end_a_wait_each_comes_first_as_often_as_its_hazard_says() -> None:
    way = run(120, slots(0), seed=2).worked_out("other_way_out", "new_episode", is_time=False)
    known = way[~np.isnan(way)]
    # Hazards of 1/50 and 1/167 a day.
    share = (1 / 50) / (1 / 50 + 1 / 167)
    assert len(known) > 1000
    assert abs((known == 0).mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(known))


def test_more_slots_mean_less_waiting_for_the_same_patients(crowded: Run, roomy: Run) -> None:
    def wait(asked: Run) -> float:
        service = asked.stays("service")
        until = np.where(np.isnan(service.started), asked.log.end, service.started)
        return float((until - service.requested).mean() / HOUR)

    assert wait(roomy) == 0
    assert wait(crowded) > 24


# Decline

WEAKER = {**slots(1), "community.waiting.decline": {"exponential": {"mean": "4 days"}}}


@pytest.fixture(scope="module")
def weaker() -> Run:
    """Return a hospital with hardly a slot, where patients of pathway 1 soon need a bed of pathway 2."""
    return run(60, {**WEAKER, "community.P2.places": {"P": 300, "FG": 300, "SEH": 300}})


def test_whoever_declines_while_waiting_for_pathway_1_goes_to_pathway_2_and_stays_as_long_as_there(
    weaker: Run,
) -> None:
    declined = ~np.isnan(weaker.mark("declined"))
    assert declined.sum() > 100
    assert weaker.is_level("pathway", "P1")[declined].all()
    waited = weaker.mark("declined") - weaker.mark("ready_for_service")
    first = weaker.worked_out("other_way_out", "new_episode", "decline", is_time=True)
    at_first = declined & (weaker.worked_out("other_way_out", "new_episode", "decline", is_time=False) == 2)
    assert at_first.sum() > 100
    assert np.array_equal(waited[at_first], first[at_first])
    assert (waited >= first)[declined].all()
    service = weaker.served("service")
    in_p2 = weaker.is_in(service, *(f"p2_{locality}" for locality in LOCALITIES))
    assert np.array_equal(service.started[declined], weaker.mark("declined")[declined])
    assert in_p2[declined].all()
    used = (weaker.mark("service_ended") - weaker.mark("service_started"))[declined]
    # A rehabilitation bed is used for 28 days in the mean, support at home for 12.
    assert np.nanmean(used) > 10 * DAY


def test_nobody_declines_who_does_not_wait(roomy: Run, crowded: Run) -> None:
    assert np.isnan(roomy.mark("declined")).all()
    assert (~np.isnan(crowded.mark("declined"))).any()


# Substitution

SUBSTITUTES = {
    **slots(1),
    "community.P1.places": {"P": 300, "FG": 300, "SEH": 300},
    "community.substitution.P2_by_P1": {"share": 0.5, "after": "3 days", "stay_factor": 2.0},
}


@pytest.fixture(scope="module")
def substituting() -> Run:
    """Return a hospital where half of pathway 2 may have support at home after three days."""
    return run(60, SUBSTITUTES)


def test_after_the_agreed_days_the_agreed_share_takes_a_slot_of_the_other_pathway(substituting: Run) -> None:
    service = substituting.served("service")
    in_p1 = substituting.is_in(service, *(f"p1_{locality}" for locality in LOCALITIES))
    substituted = in_p1 & substituting.is_level("pathway", "P2")
    ready = substituting.mark("ready_for_service")
    until = np.where(np.isnan(service.started), substituting.log.end, service.started) - ready
    waits = (
        substituting.is_level("pathway", "P2")
        & (until >= 3 * DAY)
        & np.isnan(substituting.mark("discharged"))
    )
    waits |= substituted
    assert waits.sum() > 100
    assert abs(substituted[waits].mean() - 0.5) <= 4 * np.sqrt(0.25 / waits.sum())
    assert (until[substituted] >= 3 * DAY).all()
    assert (until[substituted] == 3 * DAY).sum() > 20
    started = ~np.isnan(substituting.mark("service_started"))
    assert np.array_equal(~np.isnan(substituting.mark("substituted")), substituted & started)
    ended = substituted & ~np.isnan(substituting.mark("service_ended"))
    blocked = ~np.isnan(substituting.mark("slot_blocked"))
    used = (substituting.mark("service_ended") - substituting.mark("service_started"))[ended & ~blocked]
    assert (used > 0).all() and len(used) > 5


def test_nobody_takes_another_slot_unless_agreed(baseline: Run, crowded: Run) -> None:
    for asked in (baseline, crowded):
        assert "substituted" not in asked.log.mark_names or np.isnan(asked.mark("substituted")).all()


def test_a_substitute_stays_its_factor_longer_with_the_same_luck() -> None:
    plain = {
        **SUBSTITUTES,
        "community.substitution.P2_by_P1": {"share": 1.0, "after": "0 min", "stay_factor": 1.0},
    }
    longer = {
        **plain,
        "community.substitution.P2_by_P1": {"share": 1.0, "after": "0 min", "stay_factor": 2.0},
    }
    only_p2 = {
        "discharge.pathway": {"P1": 0.0, "P2": 1.0, "P3": 0.0},
        "community.P2.places": {"P": 0, "FG": 0, "SEH": 0},
    }
    short, long = run(60, {**plain, **only_p2}), run(60, {**longer, **only_p2})

    def used(asked: Run) -> np.ndarray:
        until = np.where(
            np.isnan(asked.mark("slot_blocked")), asked.mark("service_ended"), asked.mark("slot_blocked")
        )
        return until - asked.mark("service_started")

    both = ~np.isnan(used(short)) & ~np.isnan(used(long))
    assert both.sum() > 20
    assert np.abs(used(long) - 2 * used(short))[both].max() <= 4 / GRID


def test_long_term_care_blocks_slots_by_locality() -> None:
    asked = run(40, {"community.blocked_by_long_term_care": {"P": 1.0, "FG": 0.0, "SEH": 0.0}})
    blocked = ~np.isnan(asked.mark("slot_blocked"))
    assert blocked.sum() > 10
    assert asked.is_level("locality", "P")[blocked].all()
    until = asked.mark("service_ended") - asked.mark("slot_blocked")
    known = ~np.isnan(until)
    assert np.array_equal(until[known], asked.draw("blocked_by_long_term_care")[known])
