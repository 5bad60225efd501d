"""The backtest to take away: everything as JSON, or as one long table for a sheet."""

import json
from collections.abc import Iterable

from leye.analysis.warning.backtest.results import Backtest, Figure, Trial
from leye.doors.portal.backtest_summary import caveats
from leye.doors.portal.backtest_words import SOURCES
from leye.doors.web.backtest_reading import Reading

HEADER = (
    "试验", "题目", "类别", "名称", "在用", "项目", "结果", "单位",
    "要求", "希望", "对照", "是否达到",
)  # fmt: skip
_VERDICTS = {True: "达到", False: "没达到", None: ""}


def as_json(found: Backtest) -> bytes:
    """Give all trials with figures, bars, variants, notes and sources as JSON."""
    given = found.as_json()
    for trial in given["trials"]:
        trial["source"] = SOURCES.get(trial["code"], "")
    return json.dumps(given, ensure_ascii=False, indent=1).encode()


def table(found: Backtest) -> list[tuple[object, ...]]:
    """Give a row of ``HEADER`` for each figure, and for each column of each variant."""
    return [row for trial in found.trials for row in _rows(trial)]


def notes(found: Backtest) -> list[tuple[str, str]]:
    """Give how to read the table: editions, sources, notes and caveats."""
    return [
        ("版次", found.edition),
        ("指标", "一项试验的结果；要求、希望和对照写在同一行"),
        ("方案", "试过的一种做法，每一列一行；在用的标明"),
        *((f"{trial.code} 问什么", trial.question) for trial in found.trials),
        *((f"{trial.code} 数据", SOURCES.get(trial.code, "")) for trial in found.trials),
        *((f"{trial.code} 说明", each) for trial in found.trials for each in trial.notes),
        *caveats(Reading(found)),
    ]


def _rows(trial: Trial) -> Iterable[tuple[object, ...]]:
    for figure in trial.figures:
        yield (
            trial.code, trial.title, "指标", figure.name, "", "", figure.value, figure.unit,
            _bar(figure, figure.bar), _bar(figure, figure.wished), figure.reference,
            _VERDICTS[figure.passed],
        )  # fmt: skip
    for row in trial.rows:
        for column, cell in zip(trial.columns, row.cells, strict=True):
            yield (
                trial.code, trial.title, "方案", row.name, row.product, column, cell,
                "", "", "", "", "",
            )  # fmt: skip


def _bar(figure: Figure, line: float | None) -> str:
    if line is None:
        return ""
    return f"{'不超过' if figure.at_most else '不低于'}{line:g}"
