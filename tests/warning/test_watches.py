"""Watches are data: every line has its origin, its day and whoever signed it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from leye.analysis.metrics import InvalidDefinition
from leye.analysis.warning.types import Level
from leye.analysis.warning.watches import Method, Origin, watches
from leye.data.pool.source_contract import source_contracts
from leye.data.registers.comparison.catalogue import comparison_catalogue
from leye.kernel.errors import UnknownCode

WATCH = {
    "code": "one",
    "name": "一",
    "layer": "L4",
    "axis": "level",
    "method": "level",
    "series": {"indicator": "unemployment_rate_estimated", "unit": "%", "levels": ["city"]},
    "months": 2,
    "quiet": 2,
    "sources": ["contributions"],
    "tell": ["city_desk"],
    "meaning": "意思",
    "lines": [],
}


def line(level: str, value: str, since: date, **more: str) -> dict[str, object]:
    return {
        "level": level,
        "value": value,
        "origin": "own",
        "basis": "依据",
        "from": since,
        "signed": "",
        **more,
    }


def written(tmp_path: Path, **changes: object) -> Path:
    text = yaml.safe_dump({"edition": "x", "watches": [{**WATCH, **changes}]}, allow_unicode=True)
    (tmp_path / "some.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_watch_can_be_judged_and_says_where_its_lines_come_from() -> None:
    found = watches()
    assert {each.method for each in found} == set(Method)
    for watch in found:
        assert all(line.basis for line in watch.lines), watch.code
        assert set(watch.sources) <= set(source_contracts()), watch.code
        assert not watch.rule or watch.rule in comparison_catalogue(), watch.code
        assert watch.meaning.endswith("。"), watch.code


def test_the_legal_line_is_the_laws() -> None:
    watch = watches().get("firm_layoff")
    mildest = watch.lines_on(date(2026, 12, 1))[0]
    assert (mildest.value, mildest.origin, watch.share) == (20, Origin.LAW, Decimal("0.1"))


def test_statistics_have_no_line_above_yellow() -> None:
    for watch in watches():
        if watch.method in (Method.CELLS, Method.TWO_SIDED):
            assert max(line.level for line in watch.lines) <= Level.YELLOW


def test_a_new_line_holds_from_its_day_and_the_old_one_before(tmp_path: Path) -> None:
    old, new = date(2026, 1, 1), date(2026, 7, 1)
    lines = [
        line("blue", "5.5", old),
        line("red", "7", old),
        line("blue", "5.0", new, signed="某局 2026年7月1日"),
    ]
    watch = watches(written(tmp_path, lines=lines)).get("one")
    assert [str(each.value) for each in watch.lines_on(date(2026, 6, 30))] == ["5.5", "7"]
    after = watch.lines_on(new)
    assert [str(each.value) for each in after] == ["5.0", "7"]
    assert [each.standing for each in after] == ["某局 2026年7月1日", "起始值，待签发"]
    assert watch.reached(5.2, month=202606)[0] is Level.NONE
    assert watch.reached(5.2, month=202607)[0] is Level.BLUE
    assert watch.reached(7.0, month=202607)[0] is Level.RED
    assert watch.reached(None, month=202607) == (Level.NONE, None)


def test_low_may_be_bad(tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    lines = [line("blue", "12", day), line("red", "3", day)]
    watch = watches(written(tmp_path, lines=lines, direction="down")).get("one")
    assert watch.reached(12.1, month=202606)[0] is Level.NONE
    assert watch.reached(12.0, month=202606)[0] is Level.BLUE
    assert watch.reached(2.0, month=202606)[0] is Level.RED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "要有界线"),
        (
            {"lines": [line("blue", "6", date(2026, 1, 1)), line("red", "5", date(2026, 1, 1))]},
            "越严重",
        ),
        ({"lines": [line("pink", "6", date(2026, 1, 1))]}, "level"),
        ({"lines": [{**line("blue", "6", date(2026, 1, 1)), "from": "昨天"}]}, "from"),
        ({"lines": [{**line("blue", "6", date(2026, 1, 1)), "value": 6}]}, "value"),
        ({"series": {**WATCH["series"], "indicator": "no_such"}}, "no_such"),
        ({"colour": "red"}, "colour"),
        ({"months": 0, "lines": [line("blue", "6", date(2026, 1, 1))]}, "连续月数"),
    ],
)
def test_a_watch_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        watches(written(tmp_path, **changes))
    assert said in str(caught.value)


def test_a_code_is_used_once_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    text = (
        written(tmp_path, lines=[line("blue", "6", date(2026, 1, 1))]) / "some.yaml"
    ).read_text()
    (tmp_path / "other.yaml").write_text(text)
    with pytest.raises(InvalidDefinition, match="重复"):
        watches(tmp_path)
    with pytest.raises(UnknownCode):
        watches().get("registered_rati")
