"""``leye serve``: the pages and the API, served by gunicorn until Ctrl-C."""

import argparse
import errno
import logging
import os
import signal
import socket
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leye.doors.cli import refresher
from leye.doors.cli.steps import start_django
from leye.kernel.errors import LeyeError

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands

PORT = 8000
WORKERS = 2
ANSWER_WITHIN = 90.0
"""Seconds the server may take to answer for the first time, on a slow machine."""


class PortUnavailable(LeyeError):
    """The port is in use or may not be used."""

    code = "port_unavailable"
    title = "端口不能使用"


class NotPrepared(LeyeError):
    """The database has not been made ready."""

    code = "not_prepared"
    title = "数据还没有准备好"


def add_to(commands: "Commands") -> None:
    """Add the command."""
    text = "启动服务，按 Ctrl-C 停止"
    more = f"{text}；有新批次时自动生成登记库（LEYE_SERVE_REFRESH=0 关闭）"
    parser = commands.add_parser("serve", help=text, description=more)
    parser.add_argument("--port", type=_port, default=PORT, help=f"端口（默认 {PORT}）")
    parser.add_argument(
        "--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1；0.0.0.0 表示所有网卡）"
    )
    parser.add_argument(
        "--workers", type=_positive, default=WORKERS, help=f"工作进程数（默认 {WORKERS}）"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Serve until stopped.

    This process never loads Django or the data engines: it forks the workers, and an engine that
    came through a fork lost the threads it waits for when a worker ends.
    """
    check_port(chosen.host, chosen.port)
    server = os.getpid()
    failed = _announce_when_ready(_address(chosen.host, chosen.port), server=server)
    refreshing = refresher.start() if refresher.is_wanted(os.environ) else None
    try:
        return _serve(chosen, failed=failed, refreshing=refreshing)
    finally:
        # Workers come this way too when they leave.
        if refreshing is not None and os.getpid() == server:
            refreshing.stop()


def check_port(host: str, port: int) -> None:
    """Do nothing where a server can listen.

    :raises PortUnavailable: the port is in use, may not be used, or the host is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except PermissionError as error:
            raise PortUnavailable(
                f"端口 {port} 需要管理员权限", hint="请换 1024 以上的端口：--port 8001"
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortUnavailable(
                    f"不能监听 {host}", hint="请核对 --host；本机用 127.0.0.1，所有网卡用 0.0.0.0"
                ) from error
            other = port + 1 if port < 65535 else port - 1
            raise PortUnavailable(
                f"端口 {port} 已被占用", hint=f"请停掉占用它的程序，或换一个端口：--port {other}"
            ) from error


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("端口应为 1 到 65535")


def _positive(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 64:
        return int(text)
    raise argparse.ArgumentTypeError("工作进程数应为 1 到 64")


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - only compared
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _sign_in_lines() -> list[str]:
    from django.db import DatabaseError

    from leye.doors.cli.trial import sign_in_lines

    try:
        return sign_in_lines()
    except DatabaseError as error:
        raise NotPrepared(
            "数据库里还没有表，或者连不上", hint="请先运行：python -m leye prepare"
        ) from error


def _announce_when_ready(address: str, *, server: int) -> int:
    """Print the address and how to sign in once the server answers, from a process of its own.

    Give a file descriptor that holds a byte if that process had to stop the server.
    """
    reading, writing = os.pipe()
    # Until gunicorn listens to signals itself.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    if os.fork():
        os.close(writing)
        os.set_blocking(reading, False)
        return reading
    signal.signal(signal.SIGTERM, before)
    os.close(reading)
    try:
        print(f"正在启动 {address} …", flush=True)
        start_django()
        _announce(address, _sign_in_lines(), server=server)
    except KeyboardInterrupt:
        pass
    except BaseException as error:  # noqa: BLE001 - told below; whatever it is, nothing may go on
        if isinstance(error, LeyeError):
            print(f"{error.title}：{error.detail}\n  → {error.hint}", file=sys.stderr)
        else:
            traceback.print_exc()
        os.write(writing, b"!")
        os.kill(server, signal.SIGTERM)
    finally:
        # Leave at once: nothing of the parent's is to be closed or flushed a second time.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _announce(address: str, lines: Sequence[str], *, server: int) -> None:
    if not _answers(address + "healthz", server=server):
        return
    print(f"\n乐业已就绪：{address}")
    for line in lines:
        print(f"  {line}")
    print("按 Ctrl-C 停止", flush=True)


def _answers(url: str, *, server: int) -> bool:
    """Ask until the server answers well; False once it is gone or took too long."""
    until = time.monotonic() + ANSWER_WITHIN
    said = ""
    while time.monotonic() < until:
        if os.getppid() != server:
            return False
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own http address
                # To its end: a worker told to stop while it still writes would complain.
                answer.read()
                return True
        except urllib.error.HTTPError as error:
            said = f"{error.code} {error.read(200).decode(errors='replace')}"
        except OSError:
            said = ""
        time.sleep(0.1)
    print(f"服务在 {ANSWER_WITHIN:.0f} 秒内没有正常应答：{said or '连接不上'}", file=sys.stderr)
    return False


def _serve(
    chosen: argparse.Namespace, *, failed: int, refreshing: refresher.Refresher | None
) -> int:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """Gunicorn with our settings; reads no command line and no file of its own."""

        def load_config(self) -> None:
            for name, value in _options(chosen.host, chosen.port, chosen.workers).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            # In each worker, after the fork.
            if refreshing is not None:
                refreshing.leave()
            from django.core.wsgi import get_wsgi_application

            application = get_wsgi_application()
            # Django leaves dropping the body of an answer to HEAD to the server: no news.
            logging.getLogger("gunicorn.http.wsgi").setLevel(logging.ERROR)
            _read_definitions()
            return application

    arbiter = os.getpid()
    try:
        Server().run()
    except SystemExit as left:
        if os.getpid() != arbiter:
            # A worker, which leaves this way too; only the first process has the last word.
            raise
        print("\n已停止", flush=True)
        return 2 if _was_told_to(failed) else _code(left)
    return 0


def _was_told_to(failed: int) -> bool:
    try:
        return bool(os.read(failed, 1))
    except BlockingIOError:
        return False


def _code(left: SystemExit) -> int:
    return left.code if isinstance(left.code, int) else int(left.code is not None)


def _read_definitions() -> None:
    """Read what every page needs, so that the first visitor does not wait for it."""
    from django.urls import get_resolver

    from leye.data.reference import places
    from leye.doors.web.deliveries import figure_code_lists
    from leye.doors.web.reading import targets

    get_resolver().check()
    places()
    targets()
    figure_code_lists()


def _options(host: str, port: int, workers: int) -> dict[str, Any]:
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "sync",
        "timeout": 120,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "logger_class": "leye.config.server_log.ServerLog",
        "proc_name": "leye",
        # No second door for commands; the service manager sends signals.
        "control_socket_disable": True,
    }
