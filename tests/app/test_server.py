"""The app over HTTP: what its addresses give, what they refuse and in which words, and whom they answer."""

from __future__ import annotations

import re

import pytest

from tests.app.conftest import Site

ASKED = (("scenario", "tiny"), ("with", "fewer-spaces"))


def test_the_first_page_offers_the_folders_scenarios_and_then_the_shipped_ones(site: Site) -> None:
    page = site.get("/")
    assert page.status == 200
    assert re.findall(r"scenario=([\w-]+)", page.text)[:2] == ["tiny", "portsmouth-2016"]


def test_the_form_has_every_lever_with_its_unit_its_range_and_its_source_from_the_scenario(
    site: Site,
) -> None:
    page = site.get("/plan", ("scenario", "portsmouth-2016")).text
    beds = page[page.index('for="more.acute_medicine.amu_beds"') :][:600]
    assert "Beds of the Acute Medical Unit</label>" in beds
    assert "Now 58 beds. Change it by −57 to +58 beds." in beds
    assert "“D”" in beds
    stay = page[page.index('for="try.p1_stay"') :][:900]
    assert "0.678 to 1.429 times what stands there" in stay
    assert "B: IPACS inputs" in stay
    assert 'value="fit-12x7"' in page


def test_what_a_file_says_is_shown_as_text(site: Site) -> None:
    page = site.get("/plan", ("scenario", "tiny")).text
    assert "Two days of &lt;b&gt;Portsmouth&lt;/b&gt;" in page
    assert "<b>Portsmouth" not in page


def test_an_answer_has_its_interval_says_after_how_many_replications_and_narrows(site: Site) -> None:
    page = site.get("/answer", *ASKED, ("seen", "0"))
    assert page.status == 200
    while 'data-seen="0"' in page.text:  # the engine may be compiled first, for longer than a page waits
        page = site.get("/answer", *ASKED, ("seen", "0"))
    assert "95% interval of the change" in page.text
    seen = int(re.search(r'data-seen="(\d+)"', page.text)[1])
    assert seen in (2, 3, 4)
    while 'data-more="yes"' in page.text:
        page = site.get("/answer", *ASKED, ("seen", str(seen)))
        seen = int(re.search(r'data-seen="(\d+)"', page.text)[1])
    assert seen == 4
    assert "After 4 replications. No more are run." in page.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("scenario", "timy", "unknown scenario"),
        ("with", "fit-12x8", "did you mean &#34;fit-12x7&#34;?"),
        ("more.acute_medicine.amu_beds", "many", "must be a whole number from −57 to +58; found “many”"),
        ("more.acute_medicine.amu_beds", "2.5", "must be a whole number from −57 to +58; found “2.5”"),
        ("try.zero_day", "0.9", "must be a number from 0.15 to 0.45; found “0.9”"),
        ("try.zero_day", "nan", "must be a number from 0.15 to 0.45; found “nan”"),
        ("more.acute_medicine.bedz", "2", "is no lever of this scenario"),
        ("days", "12", "must be 2 days; found “12”"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_written_stays(
    site: Site, field: str, value: str, said: str
) -> None:
    given = {"scenario": "tiny", "with": "fewer-spaces", field: value}
    page = site.get("/answer", *given.items())
    assert page.status == 422
    assert said in page.text
    assert "Traceback" not in page.text
    if field not in ("scenario", "more.acute_medicine.bedz", "days"):
        assert f'id="{"with" if field == "with" else field}-error"' in page.text
    if field.startswith(("more.acute_medicine.amu", "try")):
        assert f'value="{value}"' in page.text


def test_nothing_asked_is_refused_and_so_is_what_undoes_itself(site: Site) -> None:
    assert "there is nothing to compare" in site.get("/answer", ("scenario", "tiny")).text
    twice = site.get(
        "/answer", ("scenario", "tiny"), ("with", "fit-12x7"), ("more.frailty.fit_hours.later", "2")
    )
    assert twice.status == 422
    assert re.search(
        r"“[^”]*, later: \+2 hours” would undo what “Frailty Intervention Team 12 [^”]*” changes", twice.text
    )
    assert "levers-" not in twice.text and ".yaml" not in twice.text


def test_an_unknown_page_and_an_overlong_address_are_told_of_in_words(site: Site) -> None:
    page = site.get("/etc/passwd")
    assert (page.status, "There is no such page" in page.text) == (404, True)
    assert site.get("/answer", ("scenario", "x" * 9000)).status == 414


def test_another_sites_name_and_another_sites_page_are_refused(site: Site) -> None:
    assert site.get("/", Host="evil.example").status == 400
    assert (
        site.get("/answer", *ASKED, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}).status
        == 403
    )
    assert site.get("/", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status == 200


@pytest.mark.parametrize("path", ["/", "/plan?scenario=tiny", "/style.css", "/script.js", "/none"])
def test_no_page_loads_anything_from_elsewhere(site: Site, path: str) -> None:
    page = site.get(path)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.findall(r"(?:src|href|url\()=?[\"'(]?(?:https?:)?//", page.text)
