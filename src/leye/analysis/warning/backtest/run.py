"""Every trial in order, and the result kept beside the configurations for pages to show."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from leye.analysis.warning.backtest.ahead import ahead_trial
from leye.analysis.warning.backtest.files import configurations
from leye.analysis.warning.backtest.firms import firms_trial
from leye.analysis.warning.backtest.industry import industry_trial
from leye.analysis.warning.backtest.nation import national_trial, published_rules
from leye.analysis.warning.backtest.planted import planted_trial
from leye.analysis.warning.backtest.results import Backtest, Figure, Row, Trial
from leye.analysis.warning.backtest.shown import shown_trial
from leye.analysis.warning.backtest.survey import survey_trial
from leye.analysis.warning.backtest.world import FIRST_MONTH, MONTHS
from leye.data.reference import calendar
from leye.kernel.months import month_add

KEPT = Path(__file__).with_name("results.json")
"""The results of the edition in the repository, as the pages show them."""
_WORKED_OUT = frozenset({"passed", "granted"})


def run_backtest(
    *,
    chinese: Sequence[tuple[int, float]] = (),
    others: Sequence[Trial] = (),
    progress: Callable[[str], None] = lambda _title: None,
) -> Backtest:
    """Run every trial; ``chinese`` is the national surveyed rate by month, ``others`` are added.

    The same code, data and configurations give the same result, digit for digit.
    """
    trials: list[Trial] = []
    for trial in (
        published_rules,
        national_trial,
        industry_trial,
        lambda: planted_trial(world_festivals()),
        survey_trial,
        ahead_trial,
        firms_trial,
    ):
        found = trial()
        progress(f"{found.code} {found.title}")
        trials.append(found)
    if chinese:
        trials.append(shown_trial(chinese, title="全国城镇调查失业率（只展示，不评分）"))
    return Backtest(str(configurations()["edition"]), (*trials, *others))


def world_festivals() -> Mapping[int, date]:
    """Give the Spring Festivals of the made-up panel's years."""
    last = month_add(FIRST_MONTH, MONTHS) // 100
    known = calendar()
    return {year: known.spring_festival(year) for year in range(FIRST_MONTH // 100, last + 1)}


def kept_backtest(file: Path = KEPT) -> Backtest | None:
    """Give the results kept in the repository; None where there are none."""
    if not file.is_file():
        return None
    return _backtest(json.loads(file.read_text(encoding="utf-8")))


def write_backtest(found: Backtest, file: Path) -> None:
    """Write the results as JSON."""
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n"
    file.write_text(text, encoding="utf-8")


def _backtest(given: Mapping[str, Any]) -> Backtest:
    return Backtest(given["edition"], tuple(_trial(each) for each in given["trials"]))


def _trial(given: Mapping[str, Any]) -> Trial:
    figures = tuple(
        Figure(**{key: value for key, value in each.items() if key not in _WORKED_OUT})
        for each in given["figures"]
    )
    rows = tuple(Row(each["name"], each["product"], tuple(each["cells"])) for each in given["rows"])
    return Trial(
        given["code"],
        given["title"],
        given["question"],
        figures,
        tuple(given["columns"]),
        rows,
        tuple(given["notes"]),
    )
