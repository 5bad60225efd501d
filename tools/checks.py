"""Run the checks one after the other, all of them, and say at the end which failed.

.venv/bin/python -m tools.checks all | quick | fix
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools import browser, java, postgres
from tools.packages import Unavailable

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
LONGEST = 25 * 60
"""Seconds after which a check counts as hung."""
PYTEST = (PYTHON, "-m", "pytest")
PARALLEL = ("-n", "2", "--dist", "loadscope")
"""Tests of one group share what was made for them, so one process runs them all."""
IMPORTS = "from importlinter.cli import lint_imports_command as check; check()"
QUICK: tuple[tuple[str, Sequence[str]], ...] = (
    ("Lint 代码规范", (PYTHON, "-m", "ruff", "check", "--no-fix", ".")),
    ("Format 代码格式", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    ("Types 类型检查", (PYTHON, "-m", "mypy")),
    ("Import floors 分层约定", (PYTHON, "-c", IMPORTS)),
    ("Migrations 数据库迁移", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
)
FIX: tuple[tuple[str, Sequence[str]], ...] = (
    ("Fix 自动修正", (PYTHON, "-m", "ruff", "check", "--fix", ".")),
    ("Format 整理格式", (PYTHON, "-m", "ruff", "format", ".")),
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check to be run beside others, and what is set in its environment."""

    title: str
    command: Sequence[str]
    extra: Mapping[str, str]


class Run:
    """The checks of one run and what became of them."""

    def __init__(self, base: Mapping[str, str]) -> None:
        self.base = dict(base)
        self.failed: list[str] = []
        self.missing: list[str] = []
        self.times: list[tuple[str, float]] = []

    def step(self, title: str, command: Sequence[str], **extra: str) -> None:
        """Run one check and note whether it failed."""
        print(f"\n━━ {title} ━━", flush=True)
        self._end(title, self._run(command, extra, sys.stdout))

    def together(self, *checks: "Check") -> None:
        """Run checks side by side that leave a core to each other; print one after the other."""
        with ThreadPoolExecutor(len(checks)) as threads, ExitStack() as stack:
            begun = []
            for check in checks:
                said = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
                work = threads.submit(self._run, check.command, check.extra, said)
                begun.append((check.title, work, said))
            for title, work, said in begun:
                print(f"\n━━ {title} ━━", flush=True)
                done = work.result()
                said.seek(0)
                print(said.read(), flush=True)
                self._end(title, done)

    def _run(
        self, command: Sequence[str], extra: Mapping[str, str], output: IO[str]
    ) -> tuple[int, float]:
        """Run a command to its end; give its exit code, and the seconds it took."""
        began = time.monotonic()
        try:
            code = subprocess.run(
                command,
                cwd=ROOT,
                env={**self.base, **extra},
                check=False,
                timeout=LONGEST,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"Stopped after {LONGEST // 60} minutes 超时停止", file=output, flush=True)
            code = 1
        return code, time.monotonic() - began

    def _end(self, title: str, done: tuple[int, float]) -> None:
        code, seconds = done
        self.times.append((title, seconds))
        if code:
            self.failed.append(title)

    def absent(self, title: str, reason: Unavailable) -> None:
        """Note a check that could not run: a failure where everything is required."""
        print(f"\n━━ {title} ━━\n{reason}", flush=True)
        strict = os.environ.get("CI") == "true" or os.environ.get("LEYE_REQUIRE_ALL") == "1"
        (self.failed if strict else self.missing).append(f"{title}: NOT RUN 未运行: {reason}")

    def summary(self) -> int:
        """Print what became of every check; give the exit code."""
        print("\n━━ Summary 汇总 ━━")
        for title, seconds in self.times:
            verdict = "FAIL 失败" if title in self.failed else "ok   通过"
            print(f"  {verdict} {seconds:6.1f} s  {title}")
        for each in self.failed:
            if ": NOT RUN" in each:
                print(f"  FAIL 失败           {each}")
        for each in self.missing:
            print(f"\n  WARNING 警告  {each}")
        if self.missing:
            print("  Part of the tests did NOT run; CI counts that as failed. 部分测试没有运行。")
        if self.failed:
            print(f"{len(self.failed)} failed 项未通过")
            return 1
        print("All that ran passed 已运行的全部通过" if self.missing else "All passed 全部通过")
        return 0


def all_tests(run: Run) -> None:
    """Run the tests on SQLite, again on PostgreSQL, on Spark, and in a browser."""
    most = (*PYTEST, *PARALLEL, "-m", "not browser and not postgres and not spark")
    run.step("Tests 测试 (SQLite)", most)
    title = "Tests on PostgreSQL 测试 (PostgreSQL)"
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.database())
        except Unavailable as reason:
            run.absent(title, reason)
        else:
            # The city keeps its own database, whichever the tests use.
            own = "--ignore=tests/city"
            again = (*PYTEST, *PARALLEL, "--database-only", own, "-m", "not browser and not spark")
            run.step(title, again, DATABASE_URL=url)
    checks = []
    title = "Registers on Spark 计算引擎测试 (Spark)"
    try:
        home = str(Path(java.ready()).resolve().parents[1])
    except Unavailable as reason:
        run.absent(title, reason)
    else:
        checks.append(Check(title, (*PYTEST, "-m", "spark"), {"JAVA_HOME": home}))
    title = "Browser journeys 浏览器测试"
    try:
        path = browser.ready()
    except Unavailable as reason:
        run.absent(title, reason)
    else:
        # The browser driver keeps an event loop in the test's thread.
        extra = {"LEYE_CHROMIUM": path, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        checks.append(Check(title, (*PYTEST, "-m", "browser"), extra))
    if checks:
        run.together(*checks)


def main() -> int:
    """Read which checks are wanted and run them."""
    wanted = sys.argv[1:]
    if wanted not in (["all"], ["quick"], ["fix"]):
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory(prefix="leye-checks-") as var:
        base = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        base |= {"LEYE_VAR": var, "DJANGO_SETTINGS_MODULE": "leye.config.settings"}
        base |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        run = Run(base)
        for title, command in FIX if wanted == ["fix"] else QUICK:
            run.step(title, command)
        if wanted == ["all"]:
            all_tests(run)
        return run.summary()


if __name__ == "__main__":
    sys.exit(main())
