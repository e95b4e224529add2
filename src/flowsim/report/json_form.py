"""What the JSON of all verbs has in common: exactly its keys, and null where there is no figure."""

from __future__ import annotations

from math import isnan
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Form(BaseModel):
    """A JSON object with exactly these keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


def known(value: T) -> T | None:
    """Return a value as JSON has it: a figure that nobody has is null."""
    return None if isinstance(value, float) and isnan(value) else value
