"""`flowsim` as a user calls it, in this process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from flowsim.cli import main


def flowsim(*arguments: str) -> Result:
    """Return what a command printed and its exit code; a traceback fails the test."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
