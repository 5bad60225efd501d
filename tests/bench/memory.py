"""The most memory that a process and those it started held together."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.2
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Peak:
    """``mb``: what was seen so far."""

    mb: float = 0.0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Watch this process and its descendants while the block runs."""
    seen, over = Peak(), threading.Event()

    def watch() -> None:
        while not over.wait(_PAUSE):
            seen.mb = max(seen.mb, _together(os.getpid()) / 1024**2)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _together(root: int) -> int:
    parents, sizes = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * _PAGE
        except (OSError, IndexError):
            continue
        parents[int(entry.name)] = int(stat[1])
    return sum(size for process, size in sizes.items() if _is_under(process, root, parents))


def _is_under(process: int, root: int, parents: dict[int, int]) -> bool:
    while process in parents:
        if process == root:
            return True
        process = parents[process]
    return False
