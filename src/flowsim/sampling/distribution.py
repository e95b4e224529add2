"""What a distribution is, the register of them by name, and the one-key mapping that stands for one in YAML.

`DistributionField` is the type of a field that holds any registered distribution; take it from
`distributions`, which registers the laws.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from flowsim.units import refusal
from flowsim.wording import quoted, unknown

Floats = NDArray[np.float64]

REGISTRY: dict[str, type[Distribution]] = {}
"""Every distribution by its name in YAML."""


class Distribution(ABC):
    """A law of durations in minutes, >= 0; a frozen dataclass whose fields stand under its name in YAML."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the duration [min] that a share `u` of patients does not exceed, shape of `u`.

        It never falls as `u` rises. Laws without a longest duration give infinity at `u` = 1.
        """
        return self._quantile(np.asarray(u, dtype=np.float64))

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the share of patients whose duration is at most `x` [min], shape of `x`."""
        return self._cdf(np.asarray(x, dtype=np.float64))

    def average(self) -> float:
        """Return the exact mean [min]."""
        return float(self._average())

    @abstractmethod
    def _quantile(self, u: Floats) -> Floats: ...

    @abstractmethod
    def _cdf(self, x: Floats) -> Floats: ...

    @abstractmethod
    def _average(self) -> float: ...

    def to_yaml(self) -> dict[str, Any]:
        """Return the one-key mapping that a scenario file would hold."""
        inner = _adapter(type(self)).dump_python(self, mode="json", exclude_none=True)
        return {type(self).__name__.lower(): inner}


D = TypeVar("D", bound=type[Distribution])


def registered(cls: D) -> D:
    """Make a distribution known under its class name in lower case."""
    REGISTRY[cls.__name__.lower()] = cls
    return cls


@cache
def _adapter(cls: type[Distribution]) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def finite(name: str, value: object, *, least: float = 0.0, strictly: bool = False) -> None:
    """Refuse a parameter that is not a finite number >= `least` (> `least` if `strictly`)."""
    number = isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < least or (strictly and value == least):  # type: ignore[operator, arg-type]
        sign = ">" if strictly else ">="
        raise ValueError(f"{name} must be a finite number {sign} {least:g}; found {quoted(value)}")


def exactly_one(given: Iterable[tuple[str, object]]) -> None:
    """Refuse parameters of which not exactly one is given."""
    pairs = list(given)
    found = [name for name, value in pairs if value is not None]
    if len(found) != 1:
        names = ", ".join(name for name, _ in pairs)
        raise ValueError(f"needs exactly one of {names}; found {' and '.join(found) or 'none'}")


class _OneKey:
    """The YAML form `{lognormal: {mean: 22 h, sd: 14 h}}`: exactly one key, which names the distribution."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices = {
            name: core_schema.typed_dict_field(handler.generate_schema(cls), required=False)
            for name, cls in sorted(REGISTRY.items())
        }
        mapping = core_schema.typed_dict_schema(choices, extra_behavior="forbid", total=False)
        return core_schema.with_info_wrap_validator_function(
            _validate,
            mapping,
            serialization=core_schema.plain_serializer_function_ser_schema(_to_yaml, when_used="json"),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        properties = handler.resolve_ref_schema(handler(schema))["properties"]
        one_key = [
            {"type": "object", "properties": {name: inner}, "required": [name], "additionalProperties": False}
            for name, inner in properties.items()
        ]
        return {"description": "exactly one key, which names the distribution", "oneOf": one_key}


def _to_yaml(distribution: Distribution) -> dict[str, Any]:
    return distribution.to_yaml()


def _validate(
    value: Any, handler: core_schema.ValidatorFunctionWrapHandler, info: ValidationInfo
) -> Distribution:
    if isinstance(value, Distribution) and info.mode == "python":
        return value
    if not isinstance(value, dict):
        example = '"{exponential: {mean: 20 min}}"'
        raise refusal(f"must be a distribution such as {example}; found {quoted(value)}")
    for name in value:
        if name not in REGISTRY:
            raise refusal(unknown("distribution", str(name), REGISTRY))
    if len(value) != 1:
        found = " and ".join(map(str, value)) or "none"
        raise refusal(f"must name exactly one distribution; found {found}")
    result: dict[str, Distribution] = handler(value)
    return next(iter(result.values()))


DistributionField = Annotated[Distribution, _OneKey()]
"""Any registered distribution; in YAML the one-key mapping, in Python the distribution itself."""
