"""Values with a YAML form of their own.

A `Written` class may stand as the type of a field of the schema: pydantic then reads it with `parse`, writes
it with `to_yaml`, and its problems carry the keys that lead to them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from flowsim.units import refusal

T = TypeVar("T")


class Problems:
    """What is wrong in one value, each with the keys that lead to it; raised together."""

    def __init__(self) -> None:
        self.found: list[InitErrorDetails] = []

    def add(self, message: str, *keys: str | int) -> None:
        """Note one problem."""
        self.found.append({"type": refusal(message), "loc": keys, "input": None})

    def attempt(self, read: Callable[[Any], T], value: object, *keys: str | int) -> T | None:
        """Return what `read` makes of a value, or note why it refuses it."""
        try:
            return read(value)
        except ValueError as error:
            self.add(str(error), *keys)
            return None

    def settle(self, title: str) -> None:
        """Raise all that was noted, if anything was."""
        if self.found:
            raise ValidationError.from_exception_data(title, self.found)


class Written(ABC):
    """A value with its own YAML form, which may stand as the type of a field."""

    __slots__ = ()
    DESCRIPTION: ClassVar[str]
    FORMS: ClassVar[list[dict[str, Any]]]
    """JSON Schemas of the forms it may take."""

    @classmethod
    @abstractmethod
    def parse(cls, written: object) -> Any:
        """Return the value of a YAML form; ValueError with all its problems otherwise."""

    @abstractmethod
    def to_yaml(self) -> Any:
        """Return the YAML form that reads back to an equal value."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(value),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: value.to_yaml(), when_used="json"
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"description": cls.DESCRIPTION, "anyOf": cls.FORMS}
