"""The desk of warnings under load: 1,000 open cases, 200 users at once, processes killed.

Four processes keep runs over the same thousand subjects, all at the same time, and are killed now
and then; each is started again until it ends. Then 200 signed-in users read the list, open a case
and take it, all at once, while a process of the server is killed. Afterwards every case must be
single, whole and taken once at most. On PostgreSQL, as a city would run it.
"""

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.figures import Measured, median, p95
from tests.bench.pages import wait_for
from tools.postgres import database, free_port

CASES, USERS, ROUNDS, KEEPERS, KILLS, ACTS = 1000, 200, 20, 4, 12, 3
SEED = 20_261_127
_CASE = re.compile(r"/console/warning/cases/(C\d+)/")
_SEEN = re.compile(r'name="seen" value="(\d+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Tally:
    """What the users saw: seconds of pages and of acts, and how acts ended."""

    pages: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)
    taken: int = 0
    refused: int = 0
    cut: int = 0


def measure() -> list[Measured]:
    """Open the cases under kills, let the users act, and check what is left."""
    with database() as url, tempfile.TemporaryDirectory(prefix="leye-desk-") as var:
        environment = {**os.environ, "DATABASE_URL": url, "LEYE_VAR": var, "LEYE_DEMO_PEOPLE": "0",
                       "LEYE_LOG_LEVEL": "ERROR", "LEYE_SERVE_REFRESH": "0"}  # fmt: skip
        _leye(environment, "prepare")
        keys = _stage(environment, "prepare", USERS).split()
        began = time.perf_counter()
        killed = _keep_under_kills(environment)
        kept = time.perf_counter() - began
        with _server(environment) as (port, process):
            tally = _users(port, keys, process)
        cases, twice, lost, broken, taken_twice = map(int, _stage(environment, "check").split())
        told, left = map(int, _stage(environment, "escalate", 24 * 8).split())
    wrong = twice + lost + broken + taken_twice
    if cases != CASES or wrong:
        raise RuntimeError(
            f"{cases} cases of {CASES}: {twice} doubled, {lost} signals lost, "
            f"{broken} logs broken, {taken_twice} taken twice"
        )
    acted = f"{tally.taken} taken, {tally.refused} told that another was first, {tally.cut} cut off"
    opened = f"{cases} cases by {KEEPERS} processes at once, {killed} killed; none lost or twice"
    page, slow = median(tally.pages) * 1000, p95(tally.pages) * 1000
    at_once = f"{USERS} users at once, median {page:.0f} ms"
    return [
        Measured("desk_cases_opened", kept, "s", None, opened),
        Measured("desk_page_p95", slow, "ms", slow / page, at_once),
        Measured("desk_act_p95", p95(tally.acts) * 1000, "ms", None, acted),
        Measured("desk_escalated", told, "cases", None, f"{left} overdue and told to nobody"),
    ]


def _keep_under_kills(environment: Mapping[str, str]) -> int:
    """Run the keepers until each has ended well; give how many were killed on the way."""
    rng, killed = random.Random(SEED), 0

    def start(worker: int) -> subprocess.Popen[bytes]:
        words = ["keep", str(worker + 1), str(ROUNDS), str(CASES)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.bench.desk_stages", *words], env=dict(environment)
        )

    running = {worker: start(worker) for worker in range(KEEPERS)}
    while running:
        time.sleep(0.5)
        for worker, process in list(running.items()):
            code = process.poll()
            if code == 0:
                del running[worker]
            elif code is not None:
                running[worker] = start(worker)
            elif killed < KILLS and rng.random() < 0.2:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
                running[worker] = start(worker)
    return killed


def _users(port: int, keys: list[str], process: subprocess.Popen[bytes]) -> Tally:
    tally, lock = Tally(), threading.Lock()
    threads = [
        threading.Thread(target=_user, args=(port, key, number, tally, lock))
        for number, key in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    time.sleep(3)
    for child in _children(process.pid)[:1]:
        os.kill(child, signal.SIGKILL)
    for thread in threads:
        thread.join()
    return tally


def _user(port: int, key: str, number: int, tally: Tally, lock: threading.Lock) -> None:
    rng = random.Random(SEED + number)
    for _ in range(ACTS):
        try:
            began = time.perf_counter()
            listed = _ask(port, "GET", "/console/warning/cases/?state=verify", key)[1]
            numbers = sorted(set(_CASE.findall(listed)))
            if not numbers:
                return
            case = f"/console/warning/cases/{rng.choice(numbers)}/"
            page = _ask(port, "GET", case, key)[1]
            read = time.perf_counter()
            seen, token = _SEEN.search(page), _TOKEN.search(page)
            if "下一步：受理" not in page or seen is None or token is None:
                continue
            body = f"do=take&seen={seen[1]}&csrfmiddlewaretoken={token[1]}"
            status, _ = _ask(port, "POST", f"{case}act/", key, body)
            ended = time.perf_counter()
        except OSError:
            # The process that answered was killed: the browser shows it, the user asks again.
            with lock:
                tally.cut += 1
            continue
        with lock:
            tally.pages.append((read - began) / 2)
            tally.acts.append(ended - read)
            tally.taken += status == http.client.FOUND
            tally.refused += status == http.client.UNPROCESSABLE_ENTITY


def _ask(port: int, method: str, path: str, key: str, body: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    cookies = f"sessionid={key}; csrftoken={'a' * 32}"
    headers = {"Cookie": cookies, "Connection": "close"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body=body or None, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


@contextmanager
def _server(environment: Mapping[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "leye", "serve", "--port", str(port)],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(process, port)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _children(parent: int) -> list[int]:
    """Give the processes a process started, from the kernel's list."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(each) for each in found.split()]


def _stage(environment: Mapping[str, str], *words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.desk_stages", *map(str, words)],
        env=dict(environment),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode()


def _leye(environment: Mapping[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "leye", *words],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        check=True,
    )
