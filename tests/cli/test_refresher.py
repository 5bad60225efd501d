"""The process beside the server builds when a release came, once, and ends with its server."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leye.doors.cli.refresher import demo_waits, done_once, is_wanted, watch

PATIENCE = 60.0


class Watched:
    """A watcher at work in a thread, on a file and with a command of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.release = folder / "release.json"
        self.runs = folder / "runs"
        self.said: list[str] = []
        self._gone, self._alive = os.pipe()
        self._thread: threading.Thread | None = None

    def start(self, program: str, **more: Any) -> None:
        """Watch, and run a program of one line for each release."""
        code = f"runs = open({str(self.runs)!r}, 'a'); runs.write('x'); runs.close(); {program}"
        self._thread = threading.Thread(
            target=watch,
            args=(self.release,),
            kwargs={
                "server_gone": self._gone,
                "command": (sys.executable, "-c", code),
                "pause": 0.05,
                "retry": 0.05,
                "say": self.said.append,
                **more,
            },
        )
        self._thread.start()

    def deliver(self, content: str) -> None:
        """Put a release in place, as the pool does."""
        beside = self.release.with_name("new")
        beside.write_text(content)
        beside.replace(self.release)

    @property
    def count(self) -> int:
        """How often the command was run."""
        return len(self.runs.read_text()) if self.runs.exists() else 0

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, (self.count, self.said)
            time.sleep(0.02)

    def stop(self) -> bool:
        """Let the server be gone; give whether the watcher ended."""
        if self._alive >= 0:
            os.close(self._alive)
            self._alive = -1
        if self._thread is not None:
            self._thread.join(PATIENCE)
            return not self._thread.is_alive()
        return True


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    assert made.stop()


def test_each_release_is_built_from_once(watched: Watched) -> None:
    watched.start("print('202401 已生成')")
    assert watched.count == 0
    watched.deliver("1")
    watched.until(lambda: watched.said == ["202401 已生成"])
    watched.deliver("2")
    watched.until(lambda: len(watched.said) == 2)
    assert watched.stop()
    assert watched.count == 2


def test_what_is_up_to_date_is_not_worth_a_word(watched: Watched) -> None:
    watched.deliver("1")
    watched.start("print('登记库已是最新')")
    watched.until(lambda: watched.count == 1)
    assert watched.stop()
    assert watched.said == []


def test_clocks_are_looked_at_time_and_again(watched: Watched, tmp_path: Path) -> None:
    looks = tmp_path / "looks"
    code = f"looks = open({str(looks)!r}, 'a'); looks.write('x'); looks.close()"
    watched.start("pass", clocks=(sys.executable, "-c", code), clocks_pause=0.1)
    watched.until(lambda: looks.exists() and len(looks.read_text()) > 1)


def test_a_build_that_fails_is_told_and_tried_again(watched: Watched) -> None:
    watched.deliver("1")
    watched.start(f"import sys; sys.exit(len(open({str(watched.runs)!r}).read()) < 3)")
    watched.until(lambda: watched.count == 3)
    assert watched.stop()
    assert ["没有生成完（退出码 1）" in words for words in watched.said] == [True, True]


def test_the_server_gone_the_build_goes_too(watched: Watched, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    watched.deliver("1")
    watched.start(
        f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid()) + '.'); time.sleep(600)"
    )
    watched.until(lambda: mark.exists() and mark.read_text().endswith("."))
    assert watched.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()[:-1]), 0)
    assert watched.said == []


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(None, True), ("", True), ("1", True), ("0", False), ("off", False), ("False", False)],
)
def test_a_setting_switches_it_off(value: str | None, wanted: bool) -> None:
    assert is_wanted({} if value is None else {"LEYE_SERVE_REFRESH": value}) is wanted


def test_what_is_to_be_done_once_is_tried_until_it_ends_well(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    code = (
        f"import sys; runs = open({str(runs)!r}, 'a+'); runs.write('x'); runs.seek(0); "
        "print('开始'); sys.exit(len(runs.read()) < 3)"
    )
    gone, alive = os.pipe()
    said: list[str] = []
    command = (sys.executable, "-c", code)
    try:
        assert done_once(command, server_gone=gone, retry=0.05, say=said.append)
        assert runs.read_text() == "xxx"
        assert ["没有载入完（退出码 1）" in words for words in said] == [
            *(False, True, False, True, False)
        ]
    finally:
        os.close(alive)
    assert not done_once(command, server_gone=gone, retry=0.05, say=said.append)


def test_a_marked_city_waits_until_all_of_it_is_there(tmp_path: Path) -> None:
    assert not demo_waits(tmp_path)
    (tmp_path / "demo.json").write_text("{}")
    assert demo_waits(tmp_path)
    (tmp_path / "demo.loaded").touch()
    assert not demo_waits(tmp_path)
