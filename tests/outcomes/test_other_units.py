from __future__ import annotations

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, Person, days, walk_in, written


def test_another_providers_centre_is_reported_by_itself_and_is_no_attendance_of_the_trust() -> None:
    # Type 3 sends one of two on, who walks in; the centre sees three, one still inside, and sends one on.
    people = [
        Person("type2", 0, {"departed": 60}),
        Person("type3", 0, {"departed": 90}),
        Person("type3", 10, {"departed": 80, "sent_on": 80}),
        walk_in(120, 200),
        Person("treatment_centre", 0, {"departed": 600}),
        Person("treatment_centre", DAY, {"departed": DAY + 30, "sent_on": DAY + 30}),
        Person("treatment_centre", 2 * DAY - 1),
    ]
    measured = measure(written(*people), days(2))
    assert measured["other_unit_attendances_per_day"] == 5 / 2
    by_unit = [measured["other_unit_attendances_per_day", f"unit={name}"] for name in ("type2", "type3")]
    assert by_unit == [1 / 2, 2 / 2]
    assert measured["other_unit_attendances_per_day", "unit=treatment_centre"] == 2 / 2
    assert measured["sent_on_per_day"] == 2 / 2
    assert measured["sent_on_per_day", "unit=type3"] == 1 / 2
    assert measured["attendances"] == 4
    assert measured["attendances_type1"] == 1
    assert measured.fraction("four_hour_performance") == (4, 4)
