"""A scenario that says only what was fitted, the rest being its template's; and the tables that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flowsim.fitting.arrivals import Arrivals, Month, Profile
from flowsim.fitting.quality import Checked
from flowsim.fitting.small_numbers import SOURCE, disclosed, shown
from flowsim.fitting.values import Value, Without
from flowsim.footprints.written import Line, differing, quoted_text
from flowsim.pathways.rates import read_volumes
from flowsim.scenario.schema import Scenario
from flowsim.wording import quoted

PROFILE, VOLUMES = "arrivals_by_hour.csv", "attendances.csv"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = 12
LEAP_FEBRUARY, FEBRUARY = 29, 28
"""Days. A volume is spread over whatever days its month has in the run: three runs in four have 28."""


def scenario_text(
    name: str, template: Scenario, extracts: Sequence[Checked], values: Sequence[Value], tables: Sequence[str]
) -> str:
    """Return the scenario as YAML.

    Parameters
    ----------
    name : str
    template : Scenario
        What it extends.
    extracts : sequence of Checked
        What it was fitted to.
    values : sequence of Value
    tables : sequence of str
        Names of tables that it has beside it.
    """
    written = {value.path: Line(value.value, "", _comment(value)) for value in values}
    if PROFILE in tables:
        written["demand.arrival_profile"] = Line(PROFILE, "", "F: mean attendances by weekday and hour")
    if VOLUMES in tables:
        behind = "F: type 1 by month; of the other types the template's"
        written["demand.volumes"] = Line(VOLUMES, "", behind)
    lines = [
        *_head(name, template, extracts),
        f"extends: {template.name}",
        f"name: {name}",
        f"title: {quoted_text(f'{name}: fitted to extracts of patients')}",
        *differing(template, written),
    ]
    return "\n".join(lines) + "\n"


def _comment(value: Value) -> str:
    return f"F: {value.words}; n {shown(value.patients)}"


def _head(name: str, template: Scenario, extracts: Sequence[Checked]) -> Iterator[str]:
    yield f"# {name}: what extracts of patients tell of a hospital; the rest is {template.name}'s."
    yield "#"
    yield "# Made by flowsim fit. F: fitted to an extract below, by maximum likelihood or as a share of rows."
    yield "# What is not written here is the template's: an assumption (D) about this place, whatever its"
    yield "# grade there. Counts of 1 to 7 patients are taken as 4, others rounded to 5, before shares are"
    yield "# worked out from them."
    yield f"# Rule: {SOURCE}."
    yield "#"
    for checked in extracts:
        extract = checked.extract
        yield f"# {extract.kind.words}: file {quoted(extract.file.name)}, SHA-256 {extract.sha256}"
        period = checked.period
        when = f", {period[0]} to {period[1]}" if period else ", without clocks"
        yield (
            f"#   {shown(checked.rows_read)} rows read, {shown(len(extract))} used{when}; "
            f"mapping {quoted(extract.mapping.name)}"
        )
    yield "#"


def tables_of(arrivals: Arrivals | None, template: Scenario) -> tuple[dict[str, str], list[Without]]:
    """Return the tables that a scenario has beside it, by the names of their files, and those it lacks."""
    if arrivals is None:
        return {}, []
    tables, without = {}, []
    if arrivals.profile is not None:
        tables[PROFILE] = _profile_text(arrivals.profile)
    whole = [month for month in arrivals.months if month.is_whole][-MONTHS:]
    if len(whole) == MONTHS:
        tables[VOLUMES] = _volumes_text(whole, template)
    else:
        why = f"{len(whole)} whole months; it takes the {MONTHS} of a year"
        without.append(Without("demand.volumes", why))
    return tables, without


def _profile_text(profile: Profile) -> str:
    whole, ambulance = profile.all.sum(), profile.ambulance.sum()
    lines = [
        "iso_weekday,weekday,hour,attendances,ambulance_attendances,share_of_week,ambulance_share_of_week"
    ]
    for day, words in enumerate(WEEKDAYS):
        for hour in range(24):
            one, by_ambulance = (
                profile.all[day, hour],
                min(profile.ambulance[day, hour], profile.all[day, hour]),
            )
            shares = f"{one / whole:.6f},{by_ambulance / ambulance:.6f}"
            lines.append(f"{day + 1},{words},{hour},{one:.4f},{by_ambulance:.4f},{shares}")
    return "\n".join(lines) + "\n"


def _volumes_text(months: Sequence[Month], template: Scenario) -> str:
    others = read_volumes(template.demand.volumes)
    lines = ["period,type1_attendances,type2_attendances,type3_other_attendances"]
    for one in months:
        at = date.fromisoformat(f"{one.month}-01").month - 1
        counts = f"{others['type2'][at]:.0f},{others['type3'][at]:.0f}"
        type1 = disclosed(one.attendances) * (FEBRUARY / LEAP_FEBRUARY if one.days == LEAP_FEBRUARY else 1)
        lines.append(f"{one.month}-01,{type1:.0f},{counts}")
    return "\n".join(lines) + "\n"
