"""Whether two hospitals draw the same: the fingerprint of a draw plan.

Scenarios that differ in beds or rosters alone have equal plans, so one cohort serves them all. A plan holds
values, arrays and functions; a function is what its code, its defaults and what it closes over make it, so
fingerprints compare within one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from flowsim.sampling.draw_plan import DrawPlan


def fingerprint(plan: DrawPlan) -> bytes | None:
    """Return what two plans share only if they draw the same; None for a plan of which it cannot be told."""
    try:
        return _Fingerprints().of(plan)
    except TypeError:
        return None


class _Fingerprints:
    """Fingerprints of values, made of those of their parts; each object's is worked out once."""

    def __init__(self) -> None:
        self.known: dict[int, bytes] = {}
        self.kept: list[object] = []
        """The known objects, or else another could get the place of one."""

    def of(self, value: Any) -> bytes:
        """Return the fingerprint of a value.

        Raises
        ------
        TypeError
            If nothing is known of its type.
        """
        if value is None or isinstance(value, (bool, int, float, str, bytes)):
            return _hashed(type(value).__name__, [repr(value).encode()])
        if id(value) not in self.known:
            self.known[id(value)] = self._worked_out(value)
            self.kept.append(value)
        return self.known[id(value)]

    def _worked_out(self, value: Any) -> bytes:
        kind = type(value).__qualname__
        if isinstance(value, np.ndarray):
            return _hashed(f"{value.dtype.str} {value.shape}", [np.ascontiguousarray(value).tobytes()])
        if isinstance(value, np.ufunc):
            return _hashed(kind, [value.__name__.encode()])
        if isinstance(value, (set, frozenset)):
            return _hashed(kind, sorted(map(self.of, value)))
        if isinstance(value, Mapping):
            return _hashed(kind, (self.of(part) for item in value.items() for part in item))
        if isinstance(value, (tuple, list)):
            return _hashed(kind, map(self.of, value))
        if is_dataclass(value) and not isinstance(value, type):
            return _hashed(kind, (self.of(getattr(value, field.name)) for field in fields(value)))
        if isinstance(value, FunctionType):
            cells = [cell.cell_contents for cell in value.__closure__ or ()]
            made_of = (value.__module__, value.__code__, value.__defaults__, value.__kwdefaults__, cells)
            return _hashed(kind, map(self.of, made_of))
        if isinstance(value, CodeType):
            written = (value.co_qualname, value.co_code, value.co_names, value.co_consts)
            return _hashed(kind, map(self.of, written))
        raise TypeError(f"of {kind} nothing is known that would tell two apart")


def _hashed(kind: str, parts: Iterable[bytes]) -> bytes:
    digest = sha256(kind.encode())
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()
