"""`flowsim app` as a process: whom it listens to, what it refuses, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from flowsim.experiments.folders.folder import MANIFEST
from flowsim.experiments.folders.writing import PARTIAL
from tests.app.conftest import SPACES, TINY
from tests.command_line import flowsim

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_an_address_that_others_reach_is_refused_with_the_danger() -> None:
    result = flowsim("app", "--host", "0.0.0.0")
    assert result.exit_code == 2
    assert "there is no password and no encryption" in result.stderr
    assert "--open-to-all" in result.stderr


def test_a_port_in_use_is_told_of_in_one_message_and_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = flowsim("app", "--port", str(port))
    assert result.exit_code == 2
    assert f"127.0.0.1 port {port} cannot be used: Address already in use" in result.stderr
    assert not list(Path().rglob("*"))


def test_a_folder_with_nothing_to_offer_and_one_with_a_mistake_are_refused(tmp_path: Path) -> None:
    assert "must hold scenarios or interventions" in flowsim("app", str(tmp_path)).stderr
    (tmp_path / "tiny.yaml").write_text(TINY + "wards: {bedz: 1}\n")
    result = flowsim("app", str(tmp_path))
    assert result.exit_code == 2
    assert "tiny.yaml:5" in result.stderr


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "flowsim.app.serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = flowsim("app")
    assert result.exit_code == 2
    assert "the app needs the extra `app`" in result.stderr


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    (tmp_path / "tiny.yaml").write_text(TINY)
    (tmp_path / "fewer-spaces.yaml").write_text(SPACES)
    command = [sys.executable, "-m", "flowsim", "app", str(tmp_path), "--port", "0", "--jobs", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:
        assert started.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", started.stderr.readline())
        assert address is not None
        yield started, address[0]
        started.kill()


def test_ctrl_c_ends_it_cleanly_even_while_somebody_waits(
    process: tuple[subprocess.Popen[str], str],
) -> None:
    started, address = process
    with urllib.request.urlopen(address) as page:
        assert page.status == 200
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=30)
    assert (started.returncode, said) == (0, "stopped; finished replications are kept\n")


@pytest.mark.slow
def test_killed_while_it_writes_it_leaves_nothing_half_written_and_no_process(
    process: tuple[subprocess.Popen[str], str],
) -> None:
    started, address = process
    asked = "papers?scenario=tiny&with=fewer-spaces&replications=16"
    with urllib.request.urlopen(address + asked) as page:
        assert page.status == 200
    children = subprocess.run(
        ["pgrep", "-P", str(started.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    while not list(Path("results").rglob(f"*{PARTIAL}*")):
        time.sleep(0.001)
    started.kill()
    time.sleep(2)
    assert not [child for child in children if os.path.exists(f"/proc/{child}")]
    whole = [file for file in Path("results").rglob("*") if not file.name.startswith(".")]
    for folder in ("comparison", "finance"):
        for found in Path("results/app").glob(f"*/{folder}"):
            assert (found / MANIFEST).is_file()
    assert not [file for file in whole if PARTIAL in file.name]
    assert not [file for file in whole if file.name == "board-pack.html"]
