"""``leye policy screen`` and ``replay`` on a small town, as people run them."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from leye.data.pool import Pool
from tests.cli.conftest import InTurn
from tests.decision.policy import town


@pytest.fixture
def built(var: Path) -> Path:
    """Prepared data with the registers of the town in it."""
    town.fill(Pool(var / "pool"))
    return var


def test_a_month_is_screened_once_and_then_shown(
    built: Path, in_turn: InTurn, tmp_path: Path
) -> None:
    out, again = tmp_path / "found.xlsx", tmp_path / "again.csv"
    before = Pool(built / "pool").snapshot().release
    ask = f"policy screen --month {town.NOW}"
    first, second, taken, earlier, stored, unknown = in_turn(
        f"{ask} --out {out}",
        f"{ask} --out {again}",
        f"{ask} --out {out}",
        f"{ask} --as-of {before} --stored",
        f"{ask} --stored",
        "policy screen --month 203001",
    )
    assert first.returncode == 0, first.stderr
    assert f"{town.NOW} 政策筛查完成" in first.stdout
    line = next(each for each in first.stdout.splitlines() if "statutory_retirement" in each)
    assert line.split("｜")[1:5] == ["statutory_retirement", "1", "0", "1"]
    assert "政策筛查完成" not in second.stdout
    assert taken.returncode == 2
    assert "文件已存在" in taken.stderr
    assert earlier.returncode == 2
    assert "还没有筛查" in earlier.stderr
    assert _figures(stored.stdout) == _figures(first.stdout)
    assert "没有重新计算" in stored.stdout
    assert "登记库还没有生成" in unknown.stderr
    sheet = load_workbook(out)["数据"]
    assert sheet["A1"].value == "政策"
    with again.open(encoding="utf-8-sig") as file:
        rows = {row["代码"]: row for row in csv.DictReader(file)}
    assert rows["statutory_retirement"]["应享未享"] == "1"
    assert rows["unemployment_contribution_employee"]["在享"] == "无来源"


def test_a_change_is_replayed_and_a_meaningless_one_refused(
    built: Path, in_turn: InTurn, tmp_path: Path
) -> None:
    out = tmp_path / "replay.csv"
    done, nothing, wrong, form = in_turn(
        f"policy replay --set retirement.men.former_age=75@202501 --out {out}",
        "policy replay --set setting.employment_fund_balance=5",
        "policy replay --set retirement.men.former_age=x",
        "policy replay --set retirement.men.former_age=75 --out found.doc",
    )
    assert done.returncode == 0, done.stderr
    assert "retirement.men.former_age 自 202501 起改为 75" in done.stdout
    with out.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["代码"] == "statutory_retirement"]
    assert rows[0]["地区"] == "全市"
    assert (rows[0]["原符合"], rows[0]["改后符合"], rows[0]["不再符合"]) == ("1", "0", "1")
    assert {row["地区"] for row in rows[1:]} == {"袁州区", "丰城市"}
    assert "没有政策用到" in nothing.stderr
    assert wrong.returncode == 2
    assert ".xlsx 或 .csv" in form.stderr


def test_a_person_is_checked_by_what_registers_know(built: Path, in_turn: InTurn) -> None:
    who = f"policy check --person {town.DRAWS} --month {town.NOW}"
    done, one, nobody, changed, neither = in_turn(
        who,
        f"{who} --programme unemployment_benefit",
        f"policy check --person 999 --month {town.NOW}",
        f"{who} --set retirement.men.former_age=75@202501",
        "policy check",
    )
    assert done.returncode == 0, done.stderr
    assert "  性别：女（公安《户籍与常住人口》）" in done.stdout
    assert "就业状态：" in done.stdout
    assert "unemployment_benefit" in done.stdout
    assert "job_retention_refund" not in done.stdout
    assert one.stdout.count("【") == 1
    assert "登记库里没有这个人" in nobody.stderr
    assert "不能改动参数" in changed.stderr
    assert neither.returncode == 2


def test_a_screening_as_of_a_version_is_worked_out_anew(
    built: Path, in_turn: InTurn, tmp_path: Path
) -> None:
    pool, out = Pool(built / "pool"), tmp_path / "then.xlsx"
    before = pool.snapshot().release
    anew, empty, beyond, late = in_turn(
        f"policy screen --as-of {before} --out {out}",
        "policy screen --as-of 0",
        "policy screen --as-of 99999",
        f"policy screen --as-of {before} --month 203001",
    )
    assert anew.returncode == 0, anew.stderr
    assert f"按第 {before} 版数据重新筛查" in anew.stdout
    assert f"{town.NOW} 汇总：" in anew.stdout
    assert "当月的规定" in anew.stdout
    line = next(each for each in anew.stdout.splitlines() if "statutory_retirement" in each)
    assert line.split("｜")[1:5] == ["statutory_retirement", "1", "0", "1"]
    assert load_workbook(out)["数据"]["A1"].value == "政策"
    assert "还没有登记库" in empty.stderr
    assert "没有这个数据版本" in beyond.stderr
    assert f"{town.BEFORE} 到 {town.NOW}" in late.stderr
    assert pool.snapshot().release == before
    assert pool.snapshot().months_of("entitlement_count") == ()


def test_a_screening_is_shown_as_of_a_day(built: Path, in_turn: InTurn) -> None:
    early, late, wrong = in_turn(
        "policy screen --as-of 2000-01-01",
        f"policy screen --month {town.NOW} --as-of 2100-01-01 --stored",
        "policy screen --as-of 昨天",
    )
    assert "还没有任何数据" in early.stderr
    assert "没有存下" in late.stderr
    assert "不写 --stored" in late.stderr
    assert "版本或日期写法有误" in wrong.stderr
    assert built.exists()


def test_a_person_is_checked_as_of_a_version(built: Path, in_turn: InTurn) -> None:
    release = Pool(built / "pool").snapshot().release
    who = f"policy check --person {town.DRAWS} --month {town.NOW}"
    now, then, none, file = in_turn(
        who, f"{who} --as-of {release}", f"{who} --as-of 0", "policy check case.yaml --as-of 1"
    )
    assert then.returncode == 0, then.stderr
    assert then.stdout == now.stdout
    assert "还没有登记库" in none.stderr
    assert "--as-of 只能和 --person 同用" in file.stderr


def _figures(said: str) -> list[str]:
    return [line for line in said.splitlines() if "｜" in line]
