"""Make ``.venv`` ready from a lock file, and start the platform in it.

Runs on the machine's own Python with the standard library only. Written so that even an old
Python can read it and say in plain words what is needed.

    python3 tools/bootstrap.py install runtime|boundaries|spark|dev
    python3 tools/bootstrap.py run --port 8000
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "leye-stamp.json"
UNFINISHED = VENV / "leye-unfinished"
OLDEST_PYTHON = (3, 11)
LOCKS = {
    "runtime": "requirements.lock",
    "boundaries": "requirements-boundaries.lock",
    "spark": "requirements-spark.lock",
    "dev": "requirements-dev.lock",
}
HELD_BY = {
    "runtime": ("runtime", "boundaries", "spark", "dev"),
    "boundaries": ("boundaries", "dev"),
    "spark": ("spark", "dev"),
    "dev": ("dev",),
}
"""Which locks hold what a level needs: each holds the runtime, and dev holds all."""
NEWEST_FIRST = ("python3.13", "python3.12", "python3.11", "python3.14")
OFFLINE_SIGNS = (
    "name resolution",
    "NewConnectionError",
    "Max retries exceeded",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Connection refused",
    "Network is unreachable",
    "Connection broken",
)
STARTED = time.monotonic()
# The interpreter outside any environment, so that .venv can be made anew from inside itself.
BASE_PYTHON = getattr(sys, "_base_executable", None) or sys.executable


class Stop(Exception):
    """Something the person at the keyboard has to put right; the words say what."""


def say(text: str) -> None:
    """Print one line of progress with the seconds gone since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def run_shown(
    command: Sequence[str], doing: str, note: Callable[[str], str | None] = lambda _: None
) -> list[str]:
    """Run a command with its output kept back, showing that it is still at work.

    :param note: turns a line of output into what to show of it, or None.
    :raises subprocess.CalledProcessError: it failed; ``output`` holds its last lines.
    """
    say(doing)
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    done = threading.Event()
    latest = [""]

    def beat() -> None:
        while not done.wait(10):
            say(f"  … {latest[0] or 'still working 仍在进行'}")

    threading.Thread(target=beat, daemon=True).start()
    kept: collections.deque[str] = collections.deque(maxlen=200)
    try:
        for line in process.stdout or ():
            kept.append(line.rstrip())
            latest[0] = note(line) or latest[0]
        code = process.wait()
    except BaseException:
        process.terminate()
        raise
    finally:
        done.set()
    if code:
        raise subprocess.CalledProcessError(code, list(command), output="\n".join(kept))
    return list(kept)


def suitable_python() -> None:
    """Go on with Python 3.11 or newer, changing over to one that is installed beside this one.

    :raises Stop: there is none.
    """
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for name in NEWEST_FIRST:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    version = ".".join(str(part) for part in sys.version_info[:3])
    raise Stop(
        f"Python 3.11 or newer is needed; this is {version}.\n"
        "Install it (Debian 12, Ubuntu 24.04: apt-get install python3), or name one you have: "
        "make run PYTHON=/path/to/python3.11\n"
        f"需要 Python 3.11 或更高版本，当前是 {version}。请安装后重试，"
        "或指定已有的版本：make run PYTHON=/路径/python3.11"
    )


def can_make_venv() -> bool:
    """Tell whether this Python brings pip along; Debian packs that part separately."""
    probe = "import ensurepip, venv; ensurepip.version()"
    return (
        subprocess.run([BASE_PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    )


def install_venv_module() -> None:
    """Install the part of Python that makes environments, where the system leaves it out.

    :raises Stop: not root, no apt-get, or the installation failed.
    """
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    by_hand = f"apt-get update && apt-get install -y {package}"
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        prefix = "sudo sh -c '{}'" if apt else "{}"
        raise Stop(
            f"This Python cannot make an environment: its venv part is missing. Install it:\n"
            f"    {prefix.format(by_hand)}\nand start again.\n"
            "当前 Python 缺少 venv 组件，请用管理员身份执行上面的命令后重试。"
        )
    install_packages(apt, [package])
    if not can_make_venv():
        raise Stop(f"{package} is installed, yet this Python still cannot make an environment.")


def install_packages(apt: str, packages: Sequence[str]) -> None:
    """Install system packages as root.

    :raises Stop: apt-get failed.
    """
    names = " ".join(packages)
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    try:
        run_shown([apt, "update", "-q"], "Reading the system's package lists 读取系统软件列表")
        run_shown(
            [apt, "install", "-y", "-q", "--no-install-recommends", *packages],
            f"Installing system packages: {names} 安装系统软件",
            lambda line: line[:60].rstrip() if line.startswith(("Unpack", "Setting")) else None,
        )
    except subprocess.CalledProcessError as failure:
        raise Stop(
            f"{last_lines(failure)}\nThe system packages could not be installed: {names}\n"
            "系统软件没有装上，请检查网络或软件源后重试。"
        ) from None


def venv_python() -> Path:
    """Give the environment's own interpreter."""
    return VENV / "bin" / "python"


def venv_is_sound() -> bool:
    """Tell whether ``.venv`` is whole, is for this place, and runs a Python new enough."""
    if UNFINISHED.exists() or not venv_python().exists():
        return False
    probe = (
        "import sys, pip\n"
        f"good = sys.version_info >= (3, 11) and sys.prefix == {str(VENV)!r}\n"
        "sys.exit(0 if good and sys.prefix != sys.base_prefix else 1)"
    )
    return (
        subprocess.run([venv_python(), "-c", probe], capture_output=True, check=False).returncode
        == 0
    )


def make_venv() -> None:
    """Make ``.venv`` anew.

    :raises Stop: it could not be made.
    """
    if not can_make_venv():
        install_venv_module()
    if VENV.exists():
        say("The environment is incomplete or was moved; making it anew 环境不完整，重新建立")
        shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(parents=True, exist_ok=True)
    UNFINISHED.touch()
    try:
        run_shown(
            [BASE_PYTHON, "-m", "venv", str(VENV)], "Making the environment .venv 建立运行环境"
        )
    except subprocess.CalledProcessError as failure:
        raise Stop(
            f"{last_lines(failure)}\nThe environment .venv could not be made 运行环境没有建成。"
        ) from None


def digest(lock: str) -> str:
    """Give the digest of a lock file."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    """Give which locks were installed, each with its digest."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def is_satisfied(level: str) -> bool:
    """Tell whether the environment holds this level's lock, or one that holds it, as it is now."""
    have = installed()
    return any(is_current(each, have.get(each, "")) for each in HELD_BY[level])


def is_current(level: str, mark: str) -> bool:
    """Tell whether a digest is that of a level's lock as it is now."""
    return level in LOCKS and mark == digest(LOCKS[level])


def install(level: str) -> None:
    """Make the environment hold what ``level`` needs. Does nothing when it does already.

    :raises Stop: the packages could not be installed.
    """
    if not venv_is_sound():
        make_venv()
    if not is_satisfied(level):
        install_lock(level)
    put_source_on_path()


def install_lock(level: str) -> None:
    """Install exactly the files a lock names.

    :raises Stop: pip failed.
    """
    lock = LOCKS[level]
    lines = (ROOT / lock).read_text().splitlines()
    total = sum(1 for line in lines if line[:1].isalnum())
    seen = [0]

    def note(line: str) -> str | None:
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen[0] += 1
            return f"{min(seen[0], total)}/{total} packages 个软件包"
        return "unpacking 正在解包" if line.startswith("Installing collected") else None

    UNFINISHED.touch()
    pip = [str(venv_python()), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    pip += ["--disable-pip-version-check", "--no-warn-script-location"]
    pip += ["--root-user-action", "ignore", "--require-hashes", "-r", str(ROOT / lock)]
    try:
        run_shown(pip, f"Installing {total} packages from {lock} 安装软件包", note)
    except subprocess.CalledProcessError as failure:
        if "Installing collected" not in str(failure.output):
            UNFINISHED.unlink()
        raise Stop(pip_failure(failure)) from None
    # The locks agree on every version they share, so what was there beside this one still is.
    beside = {each: mark for each, mark in installed().items() if is_current(each, mark)}
    STAMP.write_text(json.dumps({**beside, level: digest(lock)}))
    UNFINISHED.unlink()
    say("Packages are in place 软件包已就绪")


def pip_failure(failure: subprocess.CalledProcessError) -> str:
    """Say why pip failed and what to do."""
    output = str(failure.output)
    if "No space left" in output:
        return "The disk is full; about 1 GB is needed. 磁盘已满，需要约 1 GB 空间。"
    if any(sign in output for sign in OFFLINE_SIGNS):
        return (
            "The package index could not be reached. Check the network; behind a proxy set "
            "HTTPS_PROXY; for a mirror set PIP_INDEX_URL; then start again.\n"
            "连不上软件包仓库。请检查网络；有代理请设 HTTPS_PROXY，用镜像请设 PIP_INDEX_URL，"
            "然后重试，已下载的部分不会重复下载。"
        )
    return (
        f"{last_lines(failure)}\nThe packages could not be installed (the lines above are pip's). "
        "软件包没有装上，原因见上面几行。"
    )


def last_lines(failure: subprocess.CalledProcessError) -> str:
    """Give the end of a failed command's output, without addresses of package sources."""
    lines = str(failure.output).splitlines()
    return "\n".join(line for line in lines if "://" not in line).strip()[-3000:]


def put_source_on_path() -> None:
    """Let the environment import the platform from ``src`` where it lies."""
    site = next((VENV / "lib").glob("python3*/site-packages"))
    pth = site / "leye-src.pth"
    wanted = f"{ROOT / 'src'}\n"
    if not pth.exists() or pth.read_text() != wanted:
        pth.write_text(wanted)


def check_port(port: int) -> None:
    """Make sure that a server can be started on the port.

    :raises Stop: something else answers there, or the port may not be used.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(
                f"Port {port} needs administrator rights; take one above 1023: make run PORT=8001\n"
                f"端口 {port} 需要管理员权限，请换 1024 以上的端口：make run PORT=8001"
            ) from None
        except OSError:
            other = port + 1 if port < 65535 else port - 1
            raise Stop(
                f"Port {port} is in use. Stop what runs there, or: make run PORT={other}\n"
                f"端口 {port} 已被占用。请停掉占用它的程序，或换一个端口：make run PORT={other}"
            ) from None


def run(port: int) -> None:
    """Prepare the data and become the server.

    :raises Stop: the environment, the data or the port is not ready.
    """
    check_port(port)
    install("runtime")
    say("Preparing the data 准备数据")
    python = str(venv_python())
    prepare = [python, "-m", "leye", "prepare", "--demo", "later"]
    if subprocess.run(prepare, cwd=ROOT, check=False).returncode:
        raise Stop("The data could not be prepared; the reason stands above. 数据没有准备好。")
    say("Starting the server 启动服务")
    os.chdir(ROOT)
    os.execv(python, [python, "-m", "leye", "serve", "--port", str(port)])


def port_number(text: str) -> int:
    """Read a port.

    :raises argparse.ArgumentTypeError: not 1 to 65535.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no port (1 to 65535) 端口应为 1 到 65535")


def main() -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="bootstrap", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install").add_argument("level", choices=list(LOCKS))
    commands.add_parser("run").add_argument("--port", type=port_number, default=8000)
    asked = parser.parse_args()
    try:
        suitable_python()
        if asked.command == "run":
            run(asked.port)
        else:
            install(asked.level)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print(
            "\nStopped; the same command goes on from here. 已中断，再次运行同一命令即可继续。",
            file=sys.stderr,
        )
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
