"""The app over HTTP: a real server on loopback, its work done in this process, and a hospital of two days."""

from __future__ import annotations

import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

pytest.importorskip("starlette")
uvicorn = pytest.importorskip("uvicorn")

TINY = """\
name: tiny
title: Two days of <b>Portsmouth</b>
extends: portsmouth-2016
run: {days: 2, warm_up: 0 days, replications: 4}
"""
SPACES = """\
name: fewer-spaces
title: Fewer cubicles
description: Nineteen cubicles of the majors area are closed.
source: assumption
changes:
  emergency_department.spaces.majors: {add: -19}
"""


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    text: str
    headers: Message
    content: bytes


@dataclass(frozen=True)
class Site:
    """A server, and the folders that it reads and writes."""

    address: str
    library: Path
    out: Path

    def get(self, path: str, *fields: tuple[str, str], **headers: str) -> Page:
        """Return the page at a path, with these fields in its address."""
        query = f"?{urllib.parse.urlencode(fields)}" if fields else ""
        request = urllib.request.Request(f"{self.address}{path}{query}", headers=headers)
        try:
            with urllib.request.urlopen(request) as found:
                content, status, got = found.read(), found.status, found.headers
        except urllib.error.HTTPError as error:
            content, status, got = error.read(), error.code, error.headers
        return Page(status, content.decode(errors="replace"), got, content)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from flowsim.app.answers import Answers
    from flowsim.app.catalogue import Catalogue
    from flowsim.app.day import DaysOf
    from flowsim.app.downloads import Downloads
    from flowsim.app.server import App, application
    from flowsim.app.serving import configured
    from flowsim.experiments.runs.store import Store

    folder = tmp_path_factory.mktemp("app")
    library, out = folder / "library", folder / "results"
    library.mkdir()
    (library / "tiny.yaml").write_text(TINY)
    (library / "fewer-spaces.yaml").write_text(SPACES)
    catalogue = Catalogue.of(library)
    executor = ThreadPoolExecutor(1)
    answers = Answers(Store(out / ".store", print), executor, 1, (2, 3, 4))
    downloads = Downloads(out, executor, 1)
    app = App(catalogue=catalogue, answers=answers, downloads=downloads, days=DaysOf(executor))
    server = uvicorn.Server(configured(application(app)))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", library, out)
    answers.end()
    server.should_exit = True
    thread.join()
    listening.close()
    executor.shutdown()
