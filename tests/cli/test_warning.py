"""``leye warning``: a month, the lines, the backtest."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import leye.analysis.warning as room
import leye.analysis.warning.history as history
from leye.analysis.warning.backtest import run
from leye.analysis.warning.backtest.results import Backtest, Figure, Row, Trial
from leye.analysis.warning.history import LineRecord
from leye.analysis.warning.watches import watches
from leye.data.reference import calendar
from leye.doors.cli import main, warning
from leye.doors.cli.warning_city import city_trial
from tests.warning.made import MONTH, laid_off, made

if TYPE_CHECKING:
    from leye.data.pool import Pool


@pytest.fixture
def judged(pool: "Pool", db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up month in place of what the registers hold."""
    monkeypatch.setattr(warning, "_served", lambda: SimpleNamespace(months=(202605, MONTH)))
    monkeypatch.setattr(room, "read_inputs", lambda *_, **__: made(ends=laid_off(1, 60)))


def test_without_registers_there_is_nothing_to_judge(
    pool: "Pool", capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["warning", "run"]) == 2
    assert "没有可以监测的数据" in capsys.readouterr().err


def test_a_month_is_printed_with_its_reasons(
    judged: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["warning", "run"]) == 0
    said = capsys.readouterr().out
    assert "2026年6月，数据第 7 版，监测项 2026-11 版" in said
    assert "袁州区：黄色（Ⅲ级）" in said
    assert "【黄色（Ⅲ级）】袁州区皮革" in said
    assert "任意30日内最多减员60人" in said
    assert "未作判断：城镇调查失业率：没有数据" in said


def test_the_lines_are_printed_with_origin_and_record(
    judged: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = watches().get("firm_layoff")
    record = LineRecord(watch, watch.lines[0], 3, 2.0, "全市年")
    monkeypatch.setattr(history, "line_records", lambda *_: (record,))
    assert main(["warning", "lines"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("单位30日内减员 蓝色（Ⅳ级） 20人｜法律规定：《劳动合同法》第四十一条")
    assert said.endswith("起始值，待签发｜2.0个全市年中过线3次，每年1.50次\n")


@pytest.mark.parametrize(("value", "code"), [(0.5, 0), (2.0, 1)])
def test_a_missed_bar_fails_the_backtest(
    value: float,
    code: int,
    pool: "Pool",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trial = Trial(
        "T0",
        "一项",
        "问什么？",
        (Figure("误报", value, "次", 1.0),),
        ("列",),
        (Row("某配置", True, ("1",)),),
        ("一句",),
    )
    asked: dict[str, object] = {}

    def instead(**given: object) -> Backtest:
        asked.update(given)
        return Backtest("x", (trial,))

    monkeypatch.setattr(run, "run_backtest", instead)
    out = tmp_path / "results.json"
    assert main(["warning", "backtest", "--no-city", "--out", str(out)]) == code
    said = capsys.readouterr().out
    assert ("✓" if code == 0 else "✗") + f" 误报：{value:g}次（要求不超过1）" in said
    assert json.loads(out.read_text())["trials"][0]["figures"][0]["passed"] is (code == 0)
    assert asked["chinese"] == []
    assert main(["warning", "backtest", "--no-city", "--out", str(tmp_path / "no" / "x")]) == 2


def test_the_national_rate_comes_from_the_published_figures(var: Path, settings: Any) -> None:
    settings.LEYE_POOL = var / "pool"
    rate = warning._chinese_rate()
    assert len(rate) == 104
    assert rate[0] == (201801, 5.0)
    assert rate == sorted(rate)


def test_closures_planted_in_a_city_are_named() -> None:
    festivals = {year: calendar().spring_festival(year) for year in range(2019, 2027)}
    found = city_trial(festivals, people=40_000, seed=3, closures=6)
    figures = {figure.name: figure.value for figure in found.figures}
    assert figures["埋入的关厂"] == len(found.rows) > 0
    assert figures["当月减员到法定线"] == 1.0
    assert figures["三个月内由单元监测报出"] == 1.0
