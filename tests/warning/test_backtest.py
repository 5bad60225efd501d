"""Golden values: published dates and figures again, and the kept results are this edition's."""

import json
from pathlib import Path

import numpy as np
import pytest

from leye.analysis.warning.backtest import files
from leye.analysis.warning.backtest.ahead import ahead_score
from leye.analysis.warning.backtest.episodes import onsets, panel_score, turning_score
from leye.analysis.warning.backtest.files import (
    Recession,
    configurations,
    industries,
    national,
    recessions,
)
from leye.analysis.warning.backtest.firms import firm_score, make_firms
from leye.analysis.warning.backtest.industry import alarms
from leye.analysis.warning.backtest.nation import indicators, out_of_sample, published_rules
from leye.analysis.warning.backtest.results import Figure
from leye.analysis.warning.backtest.run import KEPT, kept_backtest, write_backtest
from leye.analysis.warning.backtest.shown import shown_trial
from leye.analysis.warning.backtest.survey import standard_error, survey_trial
from leye.analysis.warning.features import falls, year_growth
from leye.analysis.warning.turning import SAHM, rise, scaled_least, stouffer
from leye.kernel.months import month_range


def test_the_data_are_whole() -> None:
    data = national()
    assert tuple(data.months) == month_range(193901, 202209)
    assert data.series["unrate"][data.months == 202004] == 14.7
    assert industries().employment.shape == (145, 357)
    assert len(recessions()) == 15
    assert configurations()["edition"] == "2026-11"


def test_sahm_on_the_unrounded_rate_has_the_published_delays() -> None:
    """Eleven of eleven recessions 1953 to 2022, 1.7 months, no false alarm."""
    data = national()
    rate = 100 * data.series["unemploy"] / data.series["clf16ov"]
    score = turning_score(rise(rate) >= SAHM, data.months, recessions(), first=195301, last=202209)
    assert score.hits == 11
    assert score.mean_delay == pytest.approx(1.7, abs=0.05)
    assert score.false == ()
    rounded = turning_score(
        rise(data.series["unrate"]) >= SAHM, data.months, recessions(), first=195301, last=202209
    )
    assert rounded.mean_delay == pytest.approx(1.5, abs=0.05)
    assert rounded.false == (200307,)


@pytest.mark.parametrize(
    ("rule", "names", "delay"),
    [
        (stouffer, ["u", "st", "md"], 0.125),
        (scaled_least, ["u", "st", "md"], 0.625),
        (scaled_least, ["u"], 2.0),
    ],
)
def test_national_rules_out_of_sample(rule: object, names: list[str], delay: float) -> None:
    data = national()
    series = indicators(data, None)
    score = out_of_sample(
        rule([series[name] for name in names]),
        data.months,
        first=196801,
        last=202209,
        delay_years=2,
    )
    assert (score.hits, score.false) == (8, ())
    assert score.mean_delay == pytest.approx(delay)


def test_the_two_sided_rule_is_left_out_without_vacancies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(files.REFERENCE, raising=False)
    assert files.vacancy_rate(national().months) is None
    assert published_rules().notes == ("没有空缺率文件：Michez 规则未复算",)
    (tmp_path / "michaillat_uv.csv").write_text(
        "Year,u,v\n1951.0,0.03,0.02\n1951.0833333,0.04,0.025\n"
    )
    monkeypatch.setenv(files.REFERENCE, str(tmp_path))
    found = files.vacancy_rate(np.array([195012, 195101, 195102]))
    assert found == pytest.approx([np.nan, 2.0, 2.5], nan_ok=True)


def test_level_rules_on_industries() -> None:
    """What a plain fall of two per cent would have done, from which the model is measured."""
    data = industries()
    year = year_growth(data.employment)
    first = int(np.flatnonzero(data.months == 200101)[0])
    events = [each for each in falls(year, line=-4.0, gap=6) if each[1] >= first]
    assert len(events) == 251
    on = alarms(year, year, {"model": "level", "raise": "2"}, line=-4.0)
    score = panel_score(on, events, window=12, first=first)
    assert score.recall == pytest.approx(0.880, abs=0.001)
    assert score.false_rate == pytest.approx(0.065, abs=0.001)


def test_a_chance_raises_holds_and_is_backed_by_the_level() -> None:
    year = np.array([[1.0, 1.0, 1.0, 1.0, -3.6, 1.0]])
    chance = np.array([[np.nan, 0.5, 0.3, 0.1, 0.1, 0.1]])
    variant = {"model": "boosting", "raise": "0.4", "lower": "0.2", "backstop": "-3.5"}
    assert alarms(year, chance, variant, line=-4.0).tolist() == [
        [False, True, True, False, True, False]
    ]


def test_forecasts_reach_their_bars() -> None:
    score = ahead_score(1, 300.0)
    assert score.error <= 0.134
    assert score.unchanged == pytest.approx(0.153, abs=0.001)
    assert 0.88 <= score.coverage <= 0.92


def test_survey_noise_gives_the_known_false_alarms() -> None:
    assert standard_error(5.5, 1500, 1.5) == pytest.approx(0.72, abs=0.005)
    found = survey_trial()
    assert found.figures[0].passed
    by_sample = {row.name: row.cells for row in found.rows}
    assert float(by_sample["劳动力样本1500人"][1]) == pytest.approx(0.92, abs=0.05)
    assert float(by_sample["劳动力样本20000人"][1]) == pytest.approx(0.06, abs=0.03)


def test_unreported_layoffs_are_found_through_lost_rows() -> None:
    every = [firm_score(make_firms(seed=seed, noise=0.05)) for seed in (5, 6, 7)]
    assert sum(s.found for s in every) >= 0.97 * sum(s.true for s in every)
    assert sum(s.right for s in every) >= 0.95 * sum(s.named for s in every)
    clean = firm_score(make_firms(seed=5, noise=0.0))
    assert (clean.found, clean.right) == (clean.true, clean.named)


def test_runs_of_alarms_are_one() -> None:
    on = np.array([1, 0, 0, 1, 1, 0, 0, 0, 0, 1], dtype=bool)
    assert onsets(on).tolist() == [0, 9]
    assert onsets(np.zeros(3, dtype=bool)).tolist() == []


def test_hits_delays_and_false_alarms() -> None:
    months = np.array(month_range(200001, 200512))
    on = np.zeros(len(months), dtype=bool)
    on[[3, 30, 55]] = True
    score = turning_score(on, months, [Recession(200203, 200210)], first=200001, last=200512)
    assert (score.alarms, score.delays) == ((200207,), (4,))
    assert score.false == (200004, 200408)


def test_china_is_shown_and_not_scored() -> None:
    values = [(month, 5.0) for month in month_range(201801, 202312)]
    values[30:] = [(month, 6.0) for month, _ in values[30:]]
    found = shown_trial([(201601, 9.0), *values], title="全国")
    assert all(figure.bar is None for figure in found.figures)
    assert found.figures[0].value == 72
    assert found.rows[0].cells == ("0.50", "2020年8月")
    assert shown_trial(values[:10], title="全国").rows == ()


def test_a_figure_knows_whether_it_reaches_its_bar() -> None:
    assert Figure("a", 0.5, "", 0.5).passed is True
    assert Figure("a", 0.6, "", 0.5).passed is False
    assert Figure("a", 0.4, "", 0.5, at_most=False).passed is False
    assert Figure("a", None, "", 0.5).passed is False
    assert Figure("a", 0.6, "").passed is None


def test_the_kept_results_are_of_this_edition_and_reach_every_bar(tmp_path: Path) -> None:
    kept = kept_backtest()
    assert kept is not None
    assert kept.edition == configurations()["edition"]
    assert [each.code for each in kept.trials][:4] == ["T1", "T2", "T3", "T4、T9"]
    assert [f.name for trial in kept.trials for f in trial.figures if f.passed is False] == []
    write_backtest(kept, tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text()) == json.loads(KEPT.read_text())
    assert kept_backtest(tmp_path / "none.json") is None
