"""What every section is made of: the decorator that makes its class, and mappings over fixed sets of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar, dataclass_transform, get_args

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass

from flowsim.units import refusal

C = TypeVar("C", bound=type)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def section(cls: C) -> C:
    """Make a class a frozen, strictly validated section; its docstrings become the schema's descriptions."""
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True, defer_build=True)
    return dataclass(frozen=True, slots=True, kw_only=True, config=config)(cls)  # type: ignore[return-value]


AgeBand = Literal["0-17", "18-44", "45-64", "65-74", "75-84", "85+"]
Locality = Literal["P", "FG", "SEH"]
Pathway = Literal["P1", "P2", "P3"]
StayGroup = Literal["under_65", "65_plus_not_frail", "frail"]
Stream = Literal["gp", "minors", "majors", "resus", "children"]
Specialty = Literal["medicine", "surgery", "trauma_orthopaedics"]

AGE_BANDS: tuple[str, ...] = get_args(AgeBand)
LOCALITIES: tuple[str, ...] = get_args(Locality)
PATHWAYS: tuple[str, ...] = get_args(Pathway)
STAY_GROUPS: tuple[str, ...] = get_args(StayGroup)
STREAMS: tuple[str, ...] = get_args(Stream)
SPECIALTIES: tuple[str, ...] = get_args(Specialty)


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
ByPathway = Annotated[dict[Pathway, T], AfterValidator(_every(PATHWAYS))]
ByStayGroup = Annotated[dict[StayGroup, T], AfterValidator(_every(STAY_GROUPS))]
ByStream = Annotated[dict[Stream, T], AfterValidator(_every(STREAMS))]
BySpecialty = Annotated[dict[Specialty, T], AfterValidator(_every(SPECIALTIES))]

SharesAddUp = AfterValidator(_adds_up)
