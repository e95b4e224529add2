"""Serving: an address of this computer, the processes behind it, and a clean end of both."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from flowsim.app.answers import LOOKS, Answers, replications_of
from flowsim.app.catalogue import Catalogue
from flowsim.app.day import DaysOf
from flowsim.app.downloads import Downloads
from flowsim.app.process_pool import ProcessPool, warm
from flowsim.app.question import QUICK_DAYS
from flowsim.app.server import LOOPBACK, App, application
from flowsim.errors import InputError, WorkersError
from flowsim.experiments.arms.arms import read_arms
from flowsim.experiments.folders.writing import refuse_if_it_cannot_be_written
from flowsim.experiments.runs.store import STORE, Store

ANY = "*"
GRACE = 1
"""Seconds that requests have to end when the server is stopped."""

Told = Callable[[str], None]


def serve(
    folder: Path | None, out: Path, *, host: str, port: int, open_to_all: bool, jobs: int, told: Told
) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    folder : Path, optional
        Of scenarios and interventions to offer besides the shipped ones.
    out : Path
        Folder of the results.
    host : str
        Address of this computer to listen at.
    port : int
        0 for any that is free.
    open_to_all : bool
        Whether an address that others can reach is meant.
    jobs : int
        Processes.
    told : callable
        Called with the address when it can be used, and with warnings.

    Raises
    ------
    InputError
        If the folder holds what cannot be offered, or the address cannot be used.
    """
    loopback = _is_loopback(host)
    if not loopback and not open_to_all:
        raise InputError(
            f"--host must be of this computer alone, such as 127.0.0.1; found {host}. Whoever can reach "
            "another address can run simulations on this computer and read what is asked and answered: there "
            "is no password and no encryption. --open-to-all says that this is meant"
        )
    refuse_if_it_cannot_be_written(out / "app")
    catalogue = Catalogue.of(folder)
    listening = _listening(host, port)
    store, pool = Store(out / STORE, told), ProcessPool(jobs)
    answers, downloads = Answers(store, pool, jobs), Downloads(out, pool, jobs)
    pages = App(catalogue=catalogue, answers=answers, downloads=downloads, days=DaysOf(pool))
    app = application(pages, LOOPBACK if loopback else (ANY,))
    try:
        threading.Thread(target=_warm, args=(catalogue, store, pool), daemon=True).start()
        config = configured(app)
        shown = f"[{host}]" if ":" in host else host
        told(f"flowsim is at http://{shown}:{listening.getsockname()[1]}/ ; Ctrl-C stops it")
        _Server(config, pages).run(sockets=[listening])
    finally:
        listening.close()
        answers.end()
        pool.end()
    told("stopped; finished replications are kept")


def configured(app: Starlette) -> uvicorn.Config:
    """Return how the application is served: plain HTTP, quietly."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE,
    )


class _Server(uvicorn.Server):
    """A server that ends all waiting when it is told to stop."""

    def __init__(self, config: uvicorn.Config, pages: App) -> None:
        super().__init__(config)
        self.pages = pages

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, those who wait for an answer first; asked twice, at once.

        What uvicorn does besides, raising the signal anew, would end the process before its processes end.
        """
        self.pages.answers.stop()
        self.pages.downloads.stop()
        self.force_exit = self.should_exit
        self.should_exit = True


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens, or say that somebody else does."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":  # elsewhere it would let two servers share a port
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen()  # so that whoever is told the address can connect at once
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise InputError(
            f"{host} port {port} cannot be used: {error.strerror}. Maybe flowsim runs there already; "
            "--port takes another"
        ) from None
    return made


def _warm(catalogue: Catalogue, store: Store, pool: ProcessPool) -> None:
    """Get ready what the first question needs: the processes, and the baseline's first replications."""
    offered = next(iter(catalogue.scenarios.values()))
    days = min(QUICK_DAYS, offered.load().value.run.days)
    (baseline,) = read_arms(offered.source, (), changes={"run.days": {"set": days}}, replications=1)
    try:
        first = range(LOOKS[0])
        warm(pool, pool.count, baseline, first)
        replications_of(store, pool, pool.count).of([baseline], first)
    except (WorkersError, RuntimeError):
        return  # stopped meanwhile; a question would say what is wrong
