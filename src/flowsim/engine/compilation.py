"""How functions of the compiled engine are compiled, and the arrays they take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from flowsim.engine.code_cache import ForgivingCache

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile when first called, and keep the result on disk where some folder can be written."""
    machine: Any
    try:
        machine = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
        machine._cache = ForgivingCache(machine._cache)
    except RuntimeError:  # numba found no folder for its cache
        machine = numba.njit(nogil=True, error_model="numpy")(function)
    result: Function = machine
    return result
