"""Progress on the terminal, step by step with seconds; and starting Django for a command."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import argparse

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def start_django() -> None:
    """Make settings and models usable."""
    import django

    django.setup()


class Step:
    """One step under way; ``note`` is printed behind it when it ends."""

    def __init__(self) -> None:
        self.note = ""

    def say(self, note: str) -> None:
        """Set what to print at the end of the step."""
        self.note = note


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Print a line for a step: its title at once, its note and seconds when it ends."""
    began = time.monotonic()
    print(f"  {title} … ", end="", flush=True)
    under_way = Step()
    try:
        yield under_way
    except BaseException:
        print(f"没有完成（{time.monotonic() - began:.1f} 秒）", flush=True)
        sys.stdout.flush()
        raise
    print(f"{under_way.note or '完成'}（{time.monotonic() - began:.1f} 秒）", flush=True)
