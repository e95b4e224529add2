"""A Dask cluster that does the work in place of processes of our own: the same results, byte for byte.

A worker is refused unless it has our versions, our source and our rounding: at the start, and again before
each piece of work, since workers may come and go. Dask gives the work of a worker that is gone to another.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakSet

import numpy as np
from scipy import special

from flowsim.errors import InputError, Problem, WorkersError
from flowsim.experiments.folders.provenance import model_version, versions
from flowsim.wording import quoted

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

Result = TypeVar("Result")

SCHEMES = ("tcp", "tls")
CONNECT = 10.0
"""Seconds in which a scheduler must answer and have a worker."""
LOOK = 2.0
"""Seconds between two looks at how many workers there are."""
PATIENCE = 60.0
"""Seconds without any worker after which a cluster is given up."""
ROUNDED = 4096
"""Numbers whose functions show how a processor rounds; NumPy has other code for each kind of processor."""
LOGGERS = ("distributed", "distributed.client", "tornado.application")
"""Those that tell of a lost connection by tracebacks."""
WHY = "its workers must be like this process, or figures could differ in their last bits"


class Cluster(Executor):
    """A Dask cluster whose workers are like this process; `open_cluster` gives one.

    Parameters
    ----------
    address : str
    client : Client
    threads : int
        Of all its workers; it is counted again as workers come and go.
    """

    # Not Client.get_executor(): its futures never end if the scheduler dies while a result is on its way.

    def __init__(self, address: str, client: Client, threads: int) -> None:
        self.address, self.threads = address, threads
        self._client = client
        self._gone = f"the Dask scheduler at {address} is gone"
        self._ended = threading.Event()
        self._given: WeakSet[DaskFuture[Any]] = WeakSet()

    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have a worker do it; the future breaks if the cluster does."""
        ours: Future[Result] = Future()
        try:
            # Bytes, since the scheduler unpickles what it is given, too, and need not know the work.
            work = pickle.dumps(partial(function, *args, **kwargs))
            theirs = self._client.submit(if_alike, likeness(), work, pure=False)
            self._given.add(theirs)
            theirs.add_done_callback(partial(self._hand_over, ours))
        except Exception:
            raise BrokenExecutor(self._gone) from None
        return ours

    def _hand_over(self, ours: Future[Result], theirs: DaskFuture[Any]) -> None:
        """Give a future of ours what became of Dask's."""
        from distributed import KilledWorker

        if not ours.set_running_or_notify_cancel():
            return
        try:
            ours.set_result(theirs.result())
        except KilledWorker as error:
            died = error.allowed_failures + 1
            ours.set_exception(BrokenExecutor(f"{died} workers died of it, maybe for lack of memory"))
        except BaseException as error:
            failed = theirs.status == "error"
            ours.set_exception(error if failed else BrokenExecutor(self._gone))

    def watch(self) -> None:
        """Count the threads until the end; without any worker for long, give up the cluster."""
        seen = time.monotonic()
        while not self._ended.wait(LOOK):
            try:
                threads = sum(self._client.nthreads().values())
                if threads:
                    self.threads, seen = threads, time.monotonic()
                elif time.monotonic() - seen > PATIENCE:
                    self._gone = f"the Dask cluster at {self.address} has had no workers for {PATIENCE:g} s"
                    self._client.cancel(list(self._given))
            except Exception:
                continue  # Each future tells it if the scheduler is gone; all else is tried again.

    def end(self) -> None:
        """End the watch; what the workers still do is dropped when the client is closed."""
        self._ended.set()


@contextmanager
def open_cluster(address: str, *, insecure: bool = False) -> Iterator[Cluster]:
    """Give a cluster whose workers were found to be like this process.

    Parameters
    ----------
    address : str
        Of the scheduler, such as `tls://10.0.0.5:8786`. Certificates are as Dask's own settings say
        (`distributed.comm.tls`).
    insecure : bool
        Whether `tcp://` to another machine is allowed: whoever reaches the scheduler can then run anything
        on the workers and here.

    Raises
    ------
    InputError
        If the extra `cluster` is missing, the address is refused, or a worker is not like this process.
    WorkersError
        If no scheduler answers there, or it has no workers.
    """
    host, port = _place(address, insecure)
    if not find_spec("distributed"):
        raise InputError("work on a Dask cluster needs Dask: install flowsim with the extra `cluster`")
    import_module("distributed")  # first, since it sets the levels of its loggers
    with _quiet(), _connected(address, host, port) as client:
        cluster = Cluster(address, client, _threads_of_workers(address, client))
        threading.Thread(target=cluster.watch, daemon=True).start()
        try:
            yield cluster
        finally:
            cluster.end()


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Dask's own account of a connection that is lost: we tell it in a sentence."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _place(address: str, insecure: bool) -> tuple[str, int]:
    """Return the host and the port, or refuse the address."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in SCHEMES:
        raise InputError(
            f'a Dask address must be of a scheduler, such as "tls://10.0.0.5:8786"; found {quoted(address)}'
        )
    if parts.scheme == "tcp" and not insecure and not _is_loopback(host):
        raise InputError(
            f'a Dask address of another machine must begin with "tls://"; found {quoted(address)}: tcp:// '
            "has no authentication, and whoever reaches such a scheduler can run anything on its workers and "
            "here. In a network that you trust, allow it with --insecure (insecure=True)"
        )
    return host, port


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _connected(address: str, host: str, port: int) -> Iterator[Client]:
    """Give a client of a scheduler that answers."""
    from distributed import Client
    from distributed.security import Security

    security = Security()
    if address.startswith("tls:") and security.get_connection_args("client")["ssl_context"] is None:
        raise InputError(
            "tls:// needs certificates; give them in Dask's settings DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY"
        )
    try:
        socket.create_connection((host, port), CONNECT).close()
        client = Client(address, security=security, timeout=CONNECT, set_as_default=False)
    except OSError as error:
        raise WorkersError(f"no Dask scheduler answers at {address} ({error.__cause__ or error})") from None
    try:
        yield client
    finally:
        with suppress(Exception):  # Of a scheduler that is gone.
            client.close()


def _threads_of_workers(address: str, client: Client) -> int:
    """Return how many threads the workers have, or refuse those that are not like this process."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
        there = client.run(likeness, on_error="return")
        problems = [*_problem_of_scheduler(client), *_differences(there)]
        threads: int = sum(client.nthreads().values())
    except TimeoutError:
        raise WorkersError(
            f"the Dask scheduler at {address} has no workers; start some: dask worker {address} --nthreads 1"
        ) from None
    except OSError as error:
        raise WorkersError(f"the Dask scheduler at {address} is gone ({error})") from None
    if problems:
        raise InputError([Problem(address, "", WHY), *problems])
    return threads


def _problem_of_scheduler(client: Client) -> list[Problem]:
    """Return what keeps the scheduler from handing our work on, if anything."""
    try:
        client.run_on_scheduler(likeness)
    except (ImportError, AttributeError) as error:
        return [Problem("the scheduler", "", f"must have flowsim, too; found: {error}")]
    return []


@cache
def likeness() -> dict[str, str]:
    """Return what decides the bits of a figure in this process, by name."""
    return {**versions(), "model": model_version()[:12], "rounding": _rounding()}


def _rounding() -> str:
    """Return a hash of how the functions that a draw goes through are rounded here."""
    u = np.random.Generator(np.random.PCG64(0)).random(ROUNDED)
    numbers = (
        *(np.exp(u), np.expm1(-u), np.log(u), np.log1p(-u), np.sqrt(u), u**0.37),
        *(special.ndtri(u), special.ndtr(u), special.gammaincinv(1.7, u), special.gammainc(1.7, u)),
    )
    return hashlib.sha256(b"".join(one.tobytes() for one in numbers)).hexdigest()[:12]


def if_alike(ours: Mapping[str, str], work: bytes) -> Any:
    """Do pickled work on a worker, unless it is not like the process that sent it."""
    if likeness() != ours:
        from distributed import get_worker

        problems = _differences({get_worker().address: likeness()}, ours)
        raise WorkersError("\n".join(map(str, problems)))
    return pickle.loads(work)()


def _differences(
    there: Mapping[str, Mapping[str, str] | BaseException], ours: Mapping[str, str] | None = None
) -> list[Problem]:
    """Return how workers differ from this process, those that differ alike told together."""
    ours = likeness() if ours is None else ours
    workers: dict[tuple[str, str], list[str]] = {}
    for worker, found in there.items():
        if isinstance(found, BaseException):
            workers.setdefault(("", f"must have flowsim as here; found: {found}"), []).append(worker)
            continue
        for name, wanted in ours.items():
            if found.get(name) != wanted:
                told = f"must be {quoted(wanted)}, as here; found {quoted(found.get(name))}"
                if name == "rounding":
                    told += ": its processor rounds otherwise (NPY_DISABLE_CPU_FEATURES may help)"
                workers.setdefault((name, told), []).append(worker)
    return [
        Problem(first + (f" and {len(others)} more" if others else ""), name, told)
        for (name, told), (first, *others) in workers.items()
    ]
