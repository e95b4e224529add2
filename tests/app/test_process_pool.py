"""The pool: work goes on in new processes after one was killed."""

from __future__ import annotations

import os
import signal
from concurrent.futures import BrokenExecutor

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from flowsim.app.process_pool import ProcessPool


def test_after_a_process_was_killed_work_goes_to_a_new_one() -> None:
    pool = ProcessPool(1)
    try:
        first = pool.submit(os.getpid).result()
        os.kill(first, signal.SIGKILL)
        try:
            second = pool.submit(os.getpid).result()
        except BrokenExecutor:  # it was given out before the loss was noticed
            second = pool.submit(os.getpid).result()
        assert second != first
    finally:
        pool.end()
