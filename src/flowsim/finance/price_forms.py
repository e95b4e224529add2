"""What a price book holds, entry by entry; each is checked when it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from flowsim.scenario.sections.section import SharesAddUp, section
from flowsim.units import refusal
from flowsim.wording import quoted

PAYERS = ("acute_trust", "commissioner", "council", "community_provider")
"""Who may pay: commissioner and council are those of the locality where a patient lives."""

INDICES = ("tariff", "costs")

if TYPE_CHECKING:
    Payer: TypeAlias = str
    IndexName: TypeAlias = str
else:
    Payer = Literal[PAYERS]
    IndexName = Literal[INDICES]


def _year(value: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d{2})", value)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise refusal(f'must be a financial year such as "2016-17"; found {quoted(value)}')
    return value


def _of_money(value: str) -> str:
    if not value.startswith("GBP "):
        raise refusal(f'must begin with "GBP", such as "GBP a bed day"; found {quoted(value)}')
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise refusal('must say where the number is from, or "assumption"; found nothing')
    return value


FinancialYear = Annotated[str, AfterValidator(_year)]
Source = Annotated[str, AfterValidator(_said)]
Unit = Annotated[str, Field(min_length=1)]


def _in_order(low: float, value: float, high: float) -> None:
    if not 0 <= low <= value <= high:
        raise ValueError(f"must have 0 <= low <= value <= high; found {low:g}, {value:g}, {high:g}")


@section
class Price:
    """A price, and the range it is drawn from: a triangle with its top at the value."""

    value: float
    """In its unit and the prices of its year."""
    low: float
    """The least it may be."""
    high: float
    """The most it may be."""
    unit: Annotated[str, AfterValidator(_of_money)]
    """What one pays it for, such as "GBP a bed day"."""
    year: FinancialYear
    """The financial year whose prices these are."""
    index: IndexName
    """What moves it to another year."""
    payer: Annotated[dict[Payer, Annotated[float, Field(ge=0, le=1)]], SharesAddUp]
    """Who pays it, by share."""
    source: Source
    """Who says so, or the word assumption."""

    def __post_init__(self) -> None:
        _in_order(self.low, self.value, self.high)


@section
class Assumption:
    """A number that turns quantities into money, and the range it is drawn from."""

    value: float
    """In its unit."""
    low: float
    """The least it may be."""
    high: float
    """The most it may be."""
    unit: Unit
    """Its unit."""
    source: Source
    """Who says so, or the word assumption."""

    def __post_init__(self) -> None:
        _in_order(self.low, self.value, self.high)


@section
class Rule:
    """A number by which is reckoned, and that is not drawn."""

    value: Annotated[float, Field(gt=0)]
    """In its unit."""
    unit: Unit
    """Its unit."""
    source: Source
    """Who says so, or the word assumption."""


@section
class Index:
    """What prices rise by in a year."""

    inflation: Annotated[float, Field(gt=-0.5, lt=0.5)]
    """Rise of what is bought [share a year]."""
    efficiency: Annotated[float, Field(gt=-0.5, lt=0.5)]
    """What of it is taken back [share a year]."""
    source: Source
    """Who says so, or the word assumption."""

    @property
    def yearly(self) -> float:
        """The rise of a price in a year [share]."""
        return self.inflation - self.efficiency


@section
class Prices:
    """Every price that is used."""

    attendance_tariff: Price
    """Paid for an attendance at an emergency department."""
    emergency_admission_tariff: Price
    """Paid for an emergency admission, before the marginal rate."""
    excess_bed_day_tariff: Price
    """Paid for each day of a spell beyond the trim point."""
    elective_tariff: Price
    """Paid for an elective admission."""
    core_bed_year: Price
    """Cost of a core bed, staffed all year."""
    escalation_bed_day: Price
    """Cost of a day in an escalation bed, the premium included."""
    reused_bed_day: Price
    """Worth of a core bed day that others use; no cash."""
    readmission: Price
    """Cost of a readmission that the model does not have."""
    p1_slot_day: Price
    """Cost of a day of a slot of support at home."""
    p2_slot_day: Price
    """Cost of a day of a rehabilitation bed."""
    p3_slot_day: Price
    """Cost of a day of a nursing or care-home bed with assessment."""


@section
class Assumptions:
    """What is uncertain between bed days and money."""

    marginal_rate: Assumption
    """Share of the emergency tariff that is paid for admissions above the baseline."""
    bay_cost_share: Assumption
    """Share of its beds' cost that goes when a bay closes."""
    ward_cost_share: Assumption
    """Share of its beds' cost that goes when a ward closes."""
    reusable_share: Assumption
    """Share of the core bed days released that electives can use."""
    elective_stay: Assumption
    """Bed days that an elective takes."""
    elective_marginal_cost: Assumption
    """What one more elective costs, as a share of its tariff."""
    readmissions_per_acute_day: Assumption
    """Readmissions for each bed day less before being medically fit."""
    notice: Assumption
    """Time from the first free bed to cash."""
    ramp_up: Assumption
    """Time until the whole effect is there, in a straight line."""

    def __post_init__(self) -> None:
        if self.elective_stay.low <= 0:
            raise ValueError(f"must have elective_stay.low > 0; found {self.elective_stay.low:g}")


@section
class Rules:
    """What is reckoned by."""

    bay: Rule
    """Beds that close together."""
    ward: Rule
    """Beds that close together with their own staff."""
    closable_weeks: Rule
    """Weeks in a row that beds must be free before they close."""
    trim_point: Rule
    """Days of a spell beyond which each is an excess bed day."""
    horizon: Rule
    """Years that are looked at."""
    discount_rate: Rule
    """By which later money counts less, real."""


@section
class Harm:
    """What is told beside the money, and is priced in nothing."""

    deaths_per_late_admission: Assumption
    """Deaths within 30 days for each patient who is in a bed more than six hours after arrival."""


@section
class Cost:
    """What an intervention costs beyond beds and slots; one of the three must be there."""

    running: Price | None = None
    """A year."""
    investment: Price | None = None
    """Once, at the start."""
    note: str = ""
    """What is not priced, and why."""

    def __post_init__(self) -> None:
        if not (self.running or self.investment or self.note.strip()):
            raise ValueError("must have running, investment, or a note that says why neither; found nothing")
