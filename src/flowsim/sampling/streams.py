"""The one door through which chance enters: a random stream for every name.

A stream belongs to (seed, replication, name). Its key is a stable hash of the name, never a position in a
list, so adding a stream shifts no other, and replication k is the same alone or among many, in any process.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_HALF_STEP = 2.0**-54
_LAST_BELOW_1 = 1.0 - 2.0**-53


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """Return the generator of the named stream of one replication.

    Parameters
    ----------
    seed, replication : int
        Both not negative.
    name : str
        The thing that the draws decide, such as `ward.length_of_stay`.

    References
    ----------
    numpy documentation, "Parallel random number generation": `SeedSequence` with `spawn_key`.
    """
    key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(replication, key))))


def uniforms(
    seed: int, replication: int, name: str, count: int, chosen: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Return the first `count` uniforms of a stream, strictly between 0 and 1, or the chosen ones of them.

    A longer call begins with the same values, so a longer horizon keeps its first patients.
    """
    values = stream(seed, replication, name).random(count)
    if chosen is not None:
        values = values[chosen]
    values += _HALF_STEP
    # Half a step above the last value is rounded to 1, for which a stay would have no end.
    return np.minimum(values, _LAST_BELOW_1, out=values)
