"""What sections are made of: the decorator of their classes, and mappings over fixed sets of people."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar, dataclass_transform

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass

from flowsim.units import refusal

C = TypeVar("C", bound=type)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def section(cls: C) -> C:
    """Make a class a frozen, strictly validated section; its docstrings become the schema's descriptions."""
    config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        defer_build=True,  # or importing the sections takes two seconds
    )
    return dataclass(frozen=True, slots=True, kw_only=True, config=config)(cls)  # type: ignore[return-value]


@dataclasses.dataclass(frozen=True, slots=True)
class Capacity:
    """Marks a field, in its type, as capacity of which there could be more: places, a roster or hours.

    Parameters
    ----------
    unit : str
        The word for one of it, such as `bed`.
    """

    unit: str


AGE_BANDS = ("0-17", "18-44", "45-64", "65-74", "75-84", "85+")
LOCALITIES = ("P", "FG", "SEH")
COUNCILS = {"P": "Portsmouth", "FG": "Hampshire", "SEH": "Hampshire"}
"""Portsmouth City Council and Hampshire County Council, by locality: who owes social care."""
PATHWAYS = ("P1", "P2", "P3")
RESPONSIBLE = ("nhs", "social_care", "both")
"""Who a delayed transfer of care is attributed to."""
STAY_GROUPS = ("under_65", "65_plus_not_frail", "frail")
STREAMS = ("gp", "minors", "majors", "resus", "children")
SPECIALTIES = ("medicine", "surgery", "trauma_orthopaedics")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

if TYPE_CHECKING:  # mappings are read with plain text as keys; only what a user writes is held to the words
    AgeBand: TypeAlias = str
    Locality: TypeAlias = str
    Council: TypeAlias = str
    Pathway: TypeAlias = str
    Responsible: TypeAlias = str
    StayGroup: TypeAlias = str
    Stream: TypeAlias = str
    Specialty: TypeAlias = str
    Month: TypeAlias = str
else:
    AgeBand = Literal[AGE_BANDS]
    Locality = Literal[LOCALITIES]
    Council = Literal[tuple(dict.fromkeys(COUNCILS.values()))]
    Pathway = Literal[PATHWAYS]
    Responsible = Literal[RESPONSIBLE]
    StayGroup = Literal[STAY_GROUPS]
    Stream = Literal[STREAMS]
    Specialty = Literal[SPECIALTIES]
    Month = Literal[MONTHS]


def _every(keys: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    def check(value: Mapping[str, Any]) -> Mapping[str, Any]:
        missing = [key for key in keys if key not in value]
        if missing:
            raise refusal(f"must have all of {', '.join(keys)}; missing: {', '.join(missing)}")
        return value

    return check


def _adds_up(value: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(value.values())
    if abs(total - 1) > 1e-6:
        raise refusal(f"must be shares that add up to 1; found {total:.6g}")
    return value


T = TypeVar("T")

ByAgeBand = Annotated[dict[AgeBand, T], AfterValidator(_every(AGE_BANDS))]
ByLocality = Annotated[dict[Locality, T], AfterValidator(_every(LOCALITIES))]
ByMonth = Annotated[dict[Month, T], AfterValidator(_every(MONTHS))]
ByCouncil = Annotated[dict[Council, T], AfterValidator(_every(tuple(dict.fromkeys(COUNCILS.values()))))]
ByPathway = Annotated[dict[Pathway, T], AfterValidator(_every(PATHWAYS))]
ByResponsible = Annotated[dict[Responsible, T], AfterValidator(_every(RESPONSIBLE))]
ByStayGroup = Annotated[dict[StayGroup, T], AfterValidator(_every(STAY_GROUPS))]
ByStream = Annotated[dict[Stream, T], AfterValidator(_every(STREAMS))]
BySpecialty = Annotated[dict[Specialty, T], AfterValidator(_every(SPECIALTIES))]

SharesAddUp = AfterValidator(_adds_up)
