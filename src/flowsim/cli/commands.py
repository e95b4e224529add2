"""Commands that are imported when they are asked for, and whose errors are a message and an exit code."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any

import click

BAD_INPUT = 2
INTERRUPTED = 130


class Commands(click.Group):
    """A group of verbs, each in a module of its name beside this one; never a traceback for a user's mistake.

    Parameters
    ----------
    verbs : sequence of str
        In the order of the help.
    """

    def __init__(self, *args: Any, verbs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, in the order of the help."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of a verb, or None if there is no such verb."""
        if name not in self.verbs:
            return None
        command: click.Command = getattr(import_module(f"{__package__}.{name}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out a verb; an error of flowsim's, an interruption and a lack of memory end it in words."""
        from flowsim.errors import FlowsimError
        from flowsim.wording import printable

        try:
            with _told_to_stop():
                return super().invoke(ctx)
        except FlowsimError as error:
            click.echo(printable(str(error)), err=True)
            if error.exit_code == BAD_INPUT:
                click.echo("nothing was run", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("\nstopped; nothing was written", err=True)
            ctx.exit(INTERRUPTED)
        except MemoryError:
            click.echo("out of memory; try fewer --jobs or fewer days", err=True)
            ctx.exit(1)


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Take a scheduler's order to end, or a closed terminal, for Ctrl-C; who ignores them still does."""
    # Windows has no SIGHUP, and only the main thread may listen.
    told = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    here = threading.current_thread() is threading.main_thread()
    heard = [one for one in told if here and signal.getsignal(one) is signal.SIG_DFL]
    for one in heard:
        signal.signal(one, _stop)
    try:
        yield
    finally:
        for one in heard:
            signal.signal(one, signal.SIG_DFL)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
