"""Registers kept up to date while the server runs: a process beside it that starts the builds.

A demonstration city that waits to be loaded is loaded first, in the same way.

It looks at the pool's release number, which costs nothing, and when that changed and has settled
it runs ``leye registers build`` as a process of its own: the memory of a build is given back, and
one that fails, or is killed, takes nothing along. Builds wait for each other by ``build.lock``.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAUSE = 5.0
"""Seconds between two looks; a release is built from once it stood from one look to the next."""
RETRY = 60.0
LONGEST_RETRY = 1800.0
"""Seconds to wait after a build that failed; twice as long each time, up to the longest."""
_ENDS_WITHIN = 20.0
_NICER = 10
COMMAND = (sys.executable, "-m", "leye", "registers", "build")
CLOCKS = (sys.executable, "-m", "leye", "warning", "keep")
CLOCKS_PAUSE = 300.0
"""Seconds between two looks at the clocks of cases; the shortest of them is two hours."""
LOAD_DEMO = (sys.executable, "-m", "leye", "demo")
NOTHING_TO_DO = "登记库已是最新"


@dataclass(frozen=True, slots=True)
class Refresher:
    """The running process; ``stop`` ends it, and it ends by itself when its server is gone."""

    alive: int
    over: int

    def leave(self) -> None:
        """Let go of it in a worker, which outlives a killed server and must not keep it up."""
        os.close(self.alive)
        os.close(self.over)

    def stop(self) -> None:
        """Tell it to end, and wait until it and the build it runs are gone."""
        os.close(self.alive)
        select.select([self.over], [], [], _ENDS_WITHIN)
        os.close(self.over)


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Whether registers are to be built while the server runs: unless LEYE_SERVE_REFRESH is 0."""
    return environ.get("LEYE_SERVE_REFRESH", "").lower() not in {"0", "false", "no", "off"}


def start() -> Refresher:
    """Start the process, before the server has threads or listens to signals."""
    # Each end closes with its process, however that ends, and the other side sees it.
    server_gone, alive = os.pipe()
    over, running = os.pipe()
    sys.stdout.flush()
    if os.fork():
        os.close(server_gone)
        os.close(running)
        return Refresher(alive, over)
    # Nothing of the parent's is to be closed or flushed a second time.
    try:
        os.close(alive)
        os.close(over)
        # Ctrl-C reaches every process of the terminal; the server says when it is time.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        from django.conf import settings

        var = Path(settings.LEYE_VAR)
        if not demo_waits(var) or done_once(LOAD_DEMO, server_gone=server_gone):
            watch(Path(settings.LEYE_POOL) / "release.json", server_gone=server_gone)
    except (SystemExit, KeyboardInterrupt):
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, the server goes on without
        _say_of("登记库")(
            f"自动生成已停止（{type(error).__name__}），请用 leye registers build 生成"
        )
    finally:
        os._exit(0)


def demo_waits(var: Path) -> bool:
    """Whether an installation is marked for a demonstration city that is not all there."""
    return (var / "demo.json").exists() and not (var / "demo.loaded").exists()


def done_once(
    command: Sequence[str],
    *,
    server_gone: int,
    retry: float = RETRY,
    say: Callable[[str], None] | None = None,
) -> bool:
    """Run a command until it ends well; False when the server went before."""
    said = say or _say_of("演示城市")
    failures = 0
    while (code := _run(command, server_gone=server_gone, say=said)) is not None:
        if not code:
            return True
        failures += 1
        wait = min(retry * 2 ** (failures - 1), LONGEST_RETRY)
        said(f"没有载入完（退出码 {code}），{wait:.0f} 秒后接着载入")
        if _readable(server_gone, wait):
            break
    return False


def watch(
    release: Path,
    *,
    server_gone: int,
    command: Sequence[str] = COMMAND,
    pause: float = PAUSE,
    retry: float = RETRY,
    clocks: Sequence[str] = CLOCKS,
    clocks_pause: float = CLOCKS_PAUSE,
    say: Callable[[str], None] | None = None,
) -> None:
    """Run ``command`` whenever ``release`` was replaced, until ``server_gone`` can be read.

    Every ``clocks_pause`` seconds ``clocks`` is run: what is overdue is told of. When it fails it
    is tried again at its next time.
    """
    said = say or _say_of("登记库")
    looked = time.monotonic()
    done: tuple[int, int] | None = None
    seen: tuple[int, int] | None = None
    failures = 0
    wait = pause
    while not _readable(server_gone, wait):
        wait = pause
        if time.monotonic() - looked >= clocks_pause:
            looked = time.monotonic()
            if _run(clocks, server_gone=server_gone, say=said) is None:
                return
        now = _stamp(release)
        if now is None or now == done or now != seen:
            seen = now
            continue
        code = _run(command, server_gone=server_gone, say=said)
        if code is None:
            return
        failures = failures + 1 if code else 0
        if code:
            wait = min(retry * 2 ** (failures - 1), LONGEST_RETRY)
            said(f"没有生成完（退出码 {code}），{wait:.0f} 秒后再试")
        else:
            done = now


def _stamp(release: Path) -> tuple[int, int] | None:
    """Give what changes whenever the file is replaced; None where there is no release yet."""
    try:
        found = release.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _run(command: Sequence[str], *, server_gone: int, say: Callable[[str], None]) -> int | None:
    """Run a build and say what it says; None when the server went meanwhile."""
    # A session of its own: Ctrl-C at the terminal must not meet it halfway.
    build = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        with suppress(OSError):
            # Visitors come first.
            os.setpriority(os.PRIO_PROCESS, build.pid, _NICER)
        return build.wait() if _heard(build, server_gone, say) else None
    finally:
        _end(build)


def _heard(build: subprocess.Popen[bytes], server_gone: int, say: Callable[[str], None]) -> bool:
    """Pass on the lines of a build to its end; False when the server went before."""
    assert build.stdout is not None
    output, rest = build.stdout.fileno(), b""
    while True:
        readable, _, _ = select.select([output, server_gone], [], [])
        if server_gone in readable:
            return False
        piece = os.read(output, 65536)
        if not piece:
            return True
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            text = line.decode(errors="replace").strip()
            if text and text != NOTHING_TO_DO:
                say(text)


def _end(build: subprocess.Popen[bytes]) -> None:
    """See a build off; a month half built leaves nothing behind."""
    if build.poll() is None:
        build.terminate()
        try:
            build.wait(_ENDS_WITHIN / 2)
        except subprocess.TimeoutExpired:
            build.kill()
            build.wait()
    if build.stdout is not None:
        build.stdout.close()


def _readable(descriptor: int, seconds: float) -> bool:
    return bool(select.select([descriptor], [], [], seconds)[0])


def _say_of(what: str) -> Callable[[str], None]:
    def say(text: str) -> None:
        print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {what}：{text}", flush=True)

    return say
