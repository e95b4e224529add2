"""What the commands of this folder share: a kind of option, and progress on stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """Return the parser of a whole number not below `least`."""

    def count(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number, at least {least}; found {text!r}")
        return int(text)

    return count


def say(line: str) -> None:
    """Report progress, away from the result."""
    print(line, file=sys.stderr, flush=True)
