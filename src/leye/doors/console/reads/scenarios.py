"""Scenarios worked out beside the server, each in a process of its own.

A city takes minutes and much memory: a page must not wait for it, and the memory is given back. The
process goes by itself; this one only looks that it ends in time.
"""

import os
import subprocess
import sys
from contextlib import suppress
from threading import Thread

from django.db import connection
from django.utils import timezone

from leye.service.scenario.models import LIMIT
from leye.service.scenario.operations import fail

_ENDS_WITHIN = 20.0
_NICER = 10


def start(number: int) -> None:
    """Begin to work a scenario out, and come back at once."""
    process = subprocess.Popen(
        (sys.executable, "-m", "leye", "policy", "scenario", str(number)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A session of its own: what ends this worker must not meet it halfway.
        start_new_session=True,
    )
    with suppress(OSError):
        # Visitors come first.
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICER)
    Thread(target=see_off, args=(process, number), daemon=True).start()


def see_off(
    process: subprocess.Popen[bytes], number: int, *, limit: float = LIMIT.total_seconds()
) -> None:
    """Wait for the process, end it when it takes too long, and leave no scenario running."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(limit)
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        fail(number, at=timezone.now())
    finally:
        # This thread's own, which nobody else would close.
        connection.close()
