"""Where patients are: counted from a log by hand, and the page steps through the hours without a script."""

from __future__ import annotations

import re

import numpy as np

from flowsim.app.day import GROUPS, Days, counted
from flowsim.timeline import DAY, HOUR
from tests.app.conftest import Site
from tests.outcomes.written_logs import NAN, Person, days, written

ASKED = (("scenario", "tiny"), ("with", "fewer-spaces"))


def row(found: Days, name: str) -> tuple[list[int], list[int]]:
    """Return who was there and who waited at 00:00, 01:00, ... 04:00 of the second day."""
    i = found.names.index(name)
    return found.inside[i, 24:29].tolist(), found.waiting[i, 24:29].tolist()


def test_who_holds_and_who_awaits_a_place_is_counted_at_every_full_hour() -> None:
    # AMU on day 1: A from 00:30 to 02:00, gone at the stroke; B asks at 01:00 and has it from 02:00 on;
    # C asks at 01:30 and gives up at 03:30. So there 0 1 1 1 1, waiting 0 1 1 1 0.
    base = DAY
    log = written(
        Person("direct", base, {}, [("amu", base + 10, base + 30, base + 2 * HOUR)]),
        Person("direct", base, {}, [("amu", base + HOUR, base + 2 * HOUR, NAN)]),
        Person("direct", base, {}, [("amu", base + 90, NAN, base + 210)]),
        end=2 * DAY,
    )
    found = counted(log, days(2.0))
    assert row(found, "AMU") == ([0, 1, 1, 1, 1], [0, 1, 1, 1, 0])
    assert GROUPS[found.group[found.names.index("AMU")]] == "In hospital beds"
    assert found.inside.shape == (len(found.names), 48)
    assert np.array_equal(found.waiting.sum(axis=0)[:24], np.zeros(24))


def test_the_page_steps_from_hour_to_hour_by_links_and_says_that_it_is_no_estimate(site: Site) -> None:
    page = site.get("/day", *ASKED).text
    assert "Friday 1 April 2016, 10:00" in page
    assert "it is no estimate and has no interval" in page
    step = re.search(r'id="step"><a class="button" href="([^"#]+)', page)
    assert step is not None
    later = site.get(step[1].replace("&amp;", "&")).text
    assert "Friday 1 April 2016, 11:00" in later
    assert "In the department at 11:00" in later


def test_an_hour_outside_the_period_is_refused_in_words(site: Site) -> None:
    for at in ("2016-04-03T00", "2016-03-31T23", "soon", "9999999999-01-01T00"):
        page = site.get("/day", *ASKED, ("at", at))
        assert page.status == 422
        assert "must be an hour from 2016-04-01T00 to 2016-04-02T23" in page.text
