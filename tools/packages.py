"""System packages that some tests need, installed where that is allowed."""

import os
import shutil
from collections.abc import Sequence

from tools import bootstrap


class Unavailable(Exception):
    """A part of the machine that tests need is missing; the text says what to do."""


def install(packages: Sequence[str], *, why: str) -> None:
    """Install system packages as root.

    :raises Unavailable: not root, no apt-get, or apt-get failed.
    """
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        command = f"apt-get update && apt-get install -y {' '.join(packages)}"
        raise Unavailable(f"{why} is missing; as administrator run: {command}")
    try:
        bootstrap.install_packages(apt, packages)
    except bootstrap.Stop as stop:
        raise Unavailable(f"{why} is missing: {stop}") from None
