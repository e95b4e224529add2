"""The extra packages that calibration and sensitivity stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from flowsim.errors import FlowsimError

PACKAGES = ("sklearn", "SALib")


def needed(*packages: str) -> None:
    """Refuse to go on without packages of the extra `analysis`, all of them if none is named.

    Raises
    ------
    FlowsimError
        Naming the extra.
    """
    missing = [name for name in packages or PACKAGES if find_spec(name) is None]
    if missing:
        raise FlowsimError(
            f"this needs {', '.join(missing)}, of the extra `analysis`: "
            "pip install 'patient-flowsim[analysis]'"
        )


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra use one thread.

    Sums then come in one order on any machine, and threads do not compete with the processes of replications.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
