"""A function's compiled code on disk, which never stops a run: what cannot be read is compiled again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any


class ForgivingCache:
    """numba's cache of one function; a damaged file, a full disk or a lost right only cost the compilation.

    numba writes each file beside its place and renames it, so that processes that compile at once or are
    killed meanwhile leave whole files; a disk that loses power, or a hand, does not.

    Parameters
    ----------
    cache : numba.core.caching.FunctionCache
    """

    def __init__(self, cache: Any) -> None:
        self.cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cache, name)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return compiled code; None, and the damaged files given up, if it cannot be read."""
        try:
            return self.cache.load_overload(signature, target_context)
        except Exception:  # unpickling a damaged file may raise anything
            with suppress(OSError):
                self.cache.flush()
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep compiled code, if that is possible."""
        with suppress(OSError, EOFError, ValueError):
            self.cache.save_overload(signature, compiled)
