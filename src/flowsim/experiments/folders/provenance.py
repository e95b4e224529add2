"""Where results come from: versions, the model's hash, and the key that identifies a run."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTION = "patient-flowsim"
BESIDES = ("numpy", "scipy", "simpy", "numba", "duckdb")
"""Packages whose versions may matter to a figure or to a file's bytes."""


@cache
def model_version() -> str:
    """Return the SHA-256 of the package's source."""
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        text = file.read_bytes()
        digest.update(f"{file.relative_to(package).as_posix()} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of flowsim, Python and the packages that matter."""
    found = {"flowsim": _version(DISTRIBUTION), "python": platform.python_version()}
    return found | {name: _version(name) for name in BESIDES}


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def digest(parts: object) -> str:
    """Return the SHA-256 of what JSON can say, whatever the order of its names."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def key_of(scenario: str, data: Sequence[str], seed: int | None = None, numbers: Sequence[int] = ()) -> str:
    """Return the key of a scenario, or with a seed and replications that of a run.

    Parameters
    ----------
    scenario : str
        Resolved, every default written out.
    data : sequence of str
        SHA-256 of its data files.
    seed : int, optional
    numbers : sequence of int
        Replications.
    """
    parts: dict[str, object] = {"scenario": scenario, "data": list(data), "model": model_version()}
    if seed is not None:
        parts |= {"seed": seed, "replications": list(numbers)}
    return digest(parts)
