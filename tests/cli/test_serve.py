"""``leye serve`` answers on its port, says so, and stops when told."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Leye, environment, run_leye
from tests.pages.console.feeds import pensions

Serve = Callable[..., tuple[subprocess.Popen[str], int, list[str]]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def serve(var: Path) -> Iterator[Serve]:
    """Start a server and give it once it has said that it answers."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **extra: str) -> tuple[subprocess.Popen[str], int, list[str]]:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "leye", "serve", "--port", str(port), *arguments],
            cwd=ROOT,
            env=environment(var) | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        lines: list[str] = []
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        assert "乐业已就绪" in "".join(lines), lines
        return process, port, lines

    yield start
    for process in started:
        # Told, not killed: workers of a killed server notice only after a while.
        process.terminate()
        process.communicate(timeout=60)


def status(port: int, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_it_says_ready_when_it_answers_and_how_to_sign_in(
    serve: Serve, prepared_once: tuple[Path, str]
) -> None:
    _process, port, lines = serve("--workers", "1")
    text = "".join(lines)
    assert f"乐业已就绪：http://127.0.0.1:{port}/" in text
    for password in re.findall(r"密码 (\S+?)（", prepared_once[1]):
        assert password in text
    assert status(port, "/healthz") == (200, b"ok\ndata_version 1\n")
    assert status(port, "/api/v1/figures?limit=2")[0] == 200
    assert status(port, "/api/v1/figures", "HEAD") == (200, b"")
    assert status(port, "/api/v1/figures", "POST")[0] == 405
    code, page = status(port, "/api/docs")
    assert code == 200
    sheets = re.findall(rb'href="(/static/[^"]+\.css)"', page)
    assert sheets
    for sheet in sheets:
        assert status(port, sheet.decode())[0] == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_frees_the_port(serve: Serve, how: signal.Signals) -> None:
    process, port, _lines = serve("--workers", "2")
    process.send_signal(how)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    assert "已停止" in rest
    assert rest.count("已停止") == 1
    assert "Traceback" not in rest
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_a_port_in_use_is_told_at_once(leye: Leye) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = leye("serve", "--port", str(port))
    assert done.returncode == 2
    assert f"端口 {port} 已被占用" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert "就绪" not in done.stdout


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_refused(leye: Leye, port: str) -> None:
    done = leye("serve", f"--port={port}")
    assert done.returncode == 2
    assert "端口应为 1 到 65535" in done.stderr


def test_a_host_that_is_not_ours_is_told(leye: Leye) -> None:
    done = leye("serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert done.returncode == 2
    assert "192.0.2.1" in done.stderr


def test_without_data_it_says_what_to_do_first(tmp_path: Path) -> None:
    done = run_leye(tmp_path / "var", "serve", "--port", str(free_port()))
    assert done.returncode == 2
    assert "python -m leye prepare" in done.stderr
    assert "Traceback" not in done.stderr


def test_many_readers_at_once_are_all_answered(serve: Serve) -> None:
    from concurrent.futures import ThreadPoolExecutor

    _process, port, _lines = serve("--workers", "2")
    address = f"http://127.0.0.1:{port}/api/v1/figures?limit=50"

    def read(_number: int) -> bytes:
        with urllib.request.urlopen(address, timeout=60) as response:
            content: bytes = response.read()
            return content

    with ThreadPoolExecutor(8) as readers:
        answers = set(readers.map(read, range(24)))
    assert len(answers) == 1


def children(process: int) -> list[int]:
    """The processes a process has started and that live, the oldest first."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return sorted(pid for pid in map(int, listed) if alive(pid))


def alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_delivery_becomes_registers_without_a_command(
    serve: Serve, var: Path, tmp_path: Path
) -> None:
    process, _port, _lines = serve("--workers", "1", LEYE_SERVE_REFRESH="1")
    file = tmp_path / "养老.csv"
    file.write_bytes(pensions(20, month=202601))
    handed = run_leye(
        var,
        *("sources", "receive", str(file), "--source", "pensions", "--month", "202601"),
        *("--as", "trial"),
    )
    assert handed.returncode == 0, handed.stdout + handed.stderr
    assert process.stdout
    said = next(line for line in process.stdout if "登记库" in line)
    assert "202601 已生成" in said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_builds_beside_the_server_ends_with_it(serve: Serve, how: signal.Signals) -> None:
    process, _port, _lines = serve("--workers", "1", LEYE_SERVE_REFRESH="1")
    until(lambda: len(children(process.pid)) == 2)
    builder, worker = children(process.pid)
    process.send_signal(how)
    process.wait(60)
    until(lambda: not alive(builder))
    if how is signal.SIGKILL:
        # Workers of a killed server notice only after a while.
        os.kill(worker, signal.SIGKILL)
    until(lambda: not alive(worker))


def test_the_server_outlives_what_builds_beside_it(serve: Serve) -> None:
    process, port, _lines = serve("--workers", "1", LEYE_SERVE_REFRESH="1")
    until(lambda: len(children(process.pid)) == 2)
    builder, worker = children(process.pid)
    os.kill(builder, signal.SIGKILL)
    until(lambda: children(process.pid) == [worker])
    assert status(port, "/healthz")[0] == 200
    process.terminate()
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest


def test_switched_off_nothing_runs_beside_the_server(serve: Serve) -> None:
    process, _port, _lines = serve("--workers", "1")
    until(lambda: len(children(process.pid)) == 1)
