"""Serving files of months built already, written by a process beside the build of the others.

Working out what may be published takes about as long as building the month, on one core. The
process ends with its parent, however that ends; what it did not write is written at the end.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from leye.data.pool import Pool
from leye.data.registers.serving import write_month
from leye.kernel.errors import LeyeError

_COMMAND = (sys.executable, "-m", "leye.data.registers.serving_ahead")


class Ahead:
    """Hears of the months of a run as they are built; the latest may still be rebuilt."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._built: int | None = None
        self._process: subprocess.Popen[str] | None = None

    def began(self, month: int) -> None:
        """Hear that work on a month goes on: the one before it is released."""
        if self._built not in (None, month):
            self._send(self._built)
        self._built = month

    def end(self) -> None:
        """Wait for what is being written."""
        if self._process is not None:
            with suppress(BrokenPipeError):
                self._process.communicate()

    def _send(self, month: int | None) -> None:
        # A single month is not worth a process: the first is sent when a second has begun.
        if self._process is None:
            self._process = subprocess.Popen(
                [*_COMMAND, str(self._root)], stdin=subprocess.PIPE, text=True
            )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{month}\n")
            self._process.stdin.flush()


@contextmanager
def serving_ahead(root: Path) -> Iterator[Ahead]:
    """Write serving files beside what is done in the block; what failed is left for the end."""
    ahead = Ahead(root)
    try:
        yield ahead
    finally:
        ahead.end()


def main(root: Path) -> None:
    """Write the serving file of each month named on a line of the standard input."""
    for line in sys.stdin:
        # Whoever called meets the same fault at the end, and says so.
        with suppress(LeyeError):
            write_month(Pool(root), int(line))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
