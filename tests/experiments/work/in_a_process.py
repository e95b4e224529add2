"""What tests do in another process; it imports nothing that takes time to import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

MARKER = "FLOWSIM_TEST_MARKER"


def process(number: int) -> int:
    return os.getpid()


def fails(number: int) -> float:
    return 1 / 0


def environment(number: int) -> dict[str, str]:
    return dict(os.environ)


def dies_the_first_time(number: int) -> int:
    if number == 1 and not Path(os.environ[MARKER]).exists():
        Path(os.environ[MARKER]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def noted(task: tuple[str, int]) -> int:
    """Note in a folder that a task was begun; a process with a marker then makes it and hangs."""
    folder, number = Path(task[0]), task[1]
    (folder / f"{os.getpid()}.{number}").touch()
    if MARKER in os.environ:
        Path(os.environ[MARKER]).touch()
        time.sleep(600)
    time.sleep(0.01)
    return number


def never_ends(task: object) -> None:
    """Note the process in the folder of the marker, and wait for a signal that nobody sends."""
    (Path(os.environ[MARKER]) / str(os.getpid())).touch()
    while True:
        signal.pause()


def write_often(folder: Path) -> None:
    from flowsim.experiments.folders.writing import written_whole

    for _ in range(50):
        with written_whole(folder) as staging:
            (staging / "file").write_text("whole")
