"""Pages of a running server, against the emptiest pages of the same server.

The server is started as ``make run`` starts it, on loopback, with the published figures. Requests
come one at a time from this process, each on a connection of its own (no keep-alive), the pages in
turn, so that whatever slows the machine slows them all.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Measured, median, p95, ratio_of_rounds
from tools.postgres import free_port

PAGES = {"scorecard": "/plan/", "map": "/map/", "home": "/", "series": "/series/unemployment/"}
FLOORS = {"empty": "/about/", "health": "/healthz"}
REQUESTS = 300
ROUNDS = 3
START_WITHIN = 120


def measure() -> list[Measured]:
    """Time the pages of a server of its own."""
    with server() as port:
        addresses = PAGES | FLOORS
        for address in addresses.values():
            for _ in range(20):
                fetch(port, address)
        rounds = [_round(port, addresses) for _ in range(ROUNDS)]
    measured = []
    for name, floor in [(page, floor) for page in PAGES for floor in FLOORS]:
        values = [p95(each[name]) for each in rounds]
        floors = [p95(each[floor]) for each in rounds]
        suffix = "" if floor == "empty" else f"_against_{floor}"
        against = f"p95 of {FLOORS[floor]} ({median(floors):.1f} ms), interleaved"
        ratio = ratio_of_rounds(values, floors)
        measured.append(Measured(f"page_{name}_p95{suffix}", median(values), "ms", ratio, against))
    return measured


def _round(port: int, addresses: dict[str, str]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in addresses}
    for _ in range(REQUESTS):
        for name, address in addresses.items():
            began = time.perf_counter()
            fetch(port, address)
            times[name].append((time.perf_counter() - began) * 1000)
    return times


def fetch(port: int, address: str) -> int:
    """Read a page whole; give its size.

    :raises RuntimeError: the answer is not 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", address, headers={"Connection": "close"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{address} answered {answer.status}")
    return len(body)


@contextmanager
def server(*, fill: Callable[[Path], object] | None = None) -> Iterator[int]:
    """Run the platform with a fresh copy of the published figures; give its port.

    ``fill`` is given the pool's folder before the server starts.
    """
    with tempfile.TemporaryDirectory(prefix="leye-bench-") as var:
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"LEYE_VAR": var, "LEYE_LOG_LEVEL": "ERROR", "LEYE_DEMO_PEOPLE": "0"}
        environment["LEYE_SERVE_REFRESH"] = "0"
        leye = [sys.executable, "-m", "leye"]
        with Path(var, "output").open("w+") as output:
            prepared = subprocess.run(
                [*leye, "prepare"], env=environment, stdout=output, stderr=output, check=False
            )
            port = free_port()
            if prepared.returncode == 0:
                if fill is not None:
                    fill(Path(var, "pool"))
                process = subprocess.Popen(
                    [*leye, "serve", "--port", str(port)],
                    env=environment,
                    stdout=output,
                    stderr=output,
                )
                try:
                    wait_for(process, port)
                    yield port
                    return
                finally:
                    process.terminate()
                    process.wait(timeout=30)
            output.seek(0)
            raise RuntimeError(f"the data could not be prepared:\n{output.read()[-2000:]}")


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server answers.

    :raises RuntimeError: it ended, or did not answer in time.
    """
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            fetch(port, FLOORS["health"])
        except (OSError, RuntimeError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not answer")
