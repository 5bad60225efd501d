"""Figures, accounts and the pool from the command line."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import InTurn, Leye
from tests.samples import FIGURES_HEADER, figures_csv

GOOD = "城镇新增就业,袁州区,2026-01..2026-09,1.1,万人,年内累计数,区局报表,,A,,内部"
BAD = figures_csv(
    GOOD,
    GOOD.replace("城镇新增就业", "城镇新增就业业"),
    GOOD.replace("2026-01..2026-09,1.1", "2026-13,很多"),
)
COUNTY = "trial-yuanzhou"
NEW_ACCOUNT = "account create wanzai01 --name 测试 --place 360922 --grant county_official@360922"


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.csv"
    path.write_bytes(figures_csv(GOOD))
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.csv"
    path.write_bytes(BAD)
    return str(path)


def test_every_command_explains_itself(in_turn: InTurn) -> None:
    names = ["", "prepare", "serve", "figures", "figures submit", "account", "pool", "pool verify"]
    for done in in_turn(*(f"{name} --help" for name in names)):
        assert done.returncode == 0, done.args
        assert re.search(r"[一-鿿]", done.stdout), done.args


def test_a_file_with_bad_rows_is_refused_and_each_is_named(leye: Leye, bad: str) -> None:
    done = leye("figures", "submit", bad, "--as", COUNTY)
    assert done.returncode == 1, done.stderr
    assert "已退回：批次 D000002" in done.stdout
    assert re.search(r"\[错误\] 第 3 行，指标“城镇新增就业业”：.+", done.stdout)
    assert re.search(r"\[错误\] 第 4 行，时期“2026-13”：.+", done.stdout)
    assert re.search(r"\[错误\] 第 4 行，数值“很多”：.+", done.stdout)
    assert "第 2 行" not in done.stdout


def test_a_check_says_the_same_and_keeps_nothing(in_turn: InTurn, bad: str, good: str) -> None:
    before, refused, passed, after = in_turn(
        "pool releases",
        ["figures", "check", bad, "--as", COUNTY],
        ["figures", "check", good],
        "pool releases",
    )
    assert refused.returncode == 1
    assert "没有保存" in refused.stdout
    assert "第 3 行，指标“城镇新增就业业”" in refused.stdout
    assert passed.returncode == 0, passed.stdout
    assert "检查通过" in passed.stdout
    assert before.stdout == after.stdout


def test_a_good_file_is_a_new_version_once(in_turn: InTurn, good: str) -> None:
    submit = ["figures", "submit", good, "--as", COUNTY]
    first, second, verified, releases, audit = in_turn(
        submit, submit, "pool verify", "pool releases", "pool deliveries"
    )
    assert first.returncode == 0, first.stdout + first.stderr
    assert "已接收：批次 D000002，数据版本 2" in first.stdout
    assert "新增 1 行" in first.stdout
    assert second.returncode == 0
    assert "以前接收过（批次 D000002）" in second.stdout
    assert verified.returncode == 0, verified.stdout
    assert "2 个数据版本" in verified.stdout
    assert re.findall(r"^(\d+)\t.*批次 (D\d+)$", releases.stdout, re.MULTILINE) == [
        ("2", "D000002"),
        ("1", "D000001"),
    ]
    assert re.search(r"^D000002\t.*已接收\t袁州区\t读到 1 行，新增 1", audit.stdout)


def test_nobody_hands_in_for_another_county(in_turn: InTurn, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(figures_csv(GOOD.replace("袁州区", "丰城市")))
    submit = ["figures", "submit", str(other), "--as", COUNTY]
    refused, elsewhere = in_turn(submit, [*submit, "--for", "360981"])
    assert refused.returncode == 1
    assert "第 2 行，地区“丰城市”" in refused.stdout
    assert elsewhere.returncode == 2
    assert "没有权限" in elsewhere.stderr


def test_mistakes_are_told_in_words(in_turn: InTurn, good: str, tmp_path: Path) -> None:
    mistakes = [
        (["figures", "submit", good, "--as", "trail"], "trial"),
        (["figures", "check", str(tmp_path / "none.csv")], "没有这个文件"),
        (["account", "grant", "trial"], "--add"),
        (["account", "grant", "trial", "--add", "king@360900"], "角色@区划代码"),
        (["account", "grant", "trial", "--add", "auditor@999999"], "代码不存在"),
        (["account", "reset", "nobody"], "没有这个账号"),
    ]
    for done, (_, words) in zip(in_turn(*(m[0] for m in mistakes)), mistakes, strict=True):
        assert done.returncode == 2, done.args
        assert words in done.stderr, done.stderr
        assert "→" in done.stderr


def test_a_file_that_is_no_sheet_is_refused_in_words(leye: Leye, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = leye("figures", "submit", str(path), "--as", "trial")
    assert done.returncode == 1, done.stderr
    assert "已退回" in done.stdout
    assert "原因：" in done.stdout


def test_the_template_has_the_headers_and_overwrites_nothing(
    in_turn: InTurn, tmp_path: Path
) -> None:
    path = tmp_path / "模板.xlsx"
    write = ["figures", "template", str(path)]
    done, again = in_turn(write, write)
    assert done.returncode == 0, done.stderr
    sheet = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]] == FIGURES_HEADER.split(",")
    assert again.returncode == 2
    assert "文件已存在" in again.stderr


def test_an_account_from_opening_to_another_role(in_turn: InTurn, var: Path) -> None:
    made, twice, granted, listed, reset = in_turn(
        NEW_ACCOUNT,
        NEW_ACCOUNT,
        "account grant wanzai01 --add auditor@360922 --remove county_official@360922",
        "account list",
        "account reset wanzai01",
    )
    assert made.returncode == 0, made.stderr
    assert re.search(r"初始密码 (?:[a-z0-9]{4}-){3}[a-z0-9]{4}", made.stdout)
    assert twice.returncode == 2
    assert "账号名已被使用" in twice.stderr
    assert granted.returncode == 0, granted.stderr
    assert "auditor@360922" in granted.stdout
    assert re.search(r"wanzai01\t360922\t审计人员@万载县", listed.stdout)
    assert re.search(r"新密码 \S+", reset.stdout)
    for text in (listed.stdout, granted.stdout):
        assert "密码" not in text
    assert "wanzai01" not in json.loads((var / "trial_account.json").read_text())


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("tables/figures/*.parquet", "缺少文件"),
        ("releases/*.json", "清单缺失"),
        ("landing/*/*", "原始文件缺失"),
    ],
)
def test_a_damaged_pool_is_found_out(leye: Leye, var: Path, damage: str, words: str) -> None:
    found = sorted((var / "pool").glob(damage))
    assert found
    found[0].unlink()
    done = leye("pool", "verify")
    assert done.returncode == 1, done.stdout + done.stderr
    assert words in done.stdout


def test_a_changed_original_is_found_out(leye: Leye, var: Path) -> None:
    (landed,) = [path for path in (var / "pool" / "landing").rglob("*") if path.is_file()]
    landed.write_bytes(landed.read_bytes().replace(b"A", b"B", 1))
    done = leye("pool", "verify")
    assert done.returncode == 1
    assert "与接收时不同" in done.stdout


def test_a_source_is_said_to_have_nothing_for_a_month_once(in_turn: InTurn) -> None:
    said = "sources nil pensions 202405 --as trial"
    first, again, early, county = in_turn(
        said, said, "sources nil pensions 209912 --as trial", f"{said}-yuanzhou"
    )
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert first.stdout == "零报告 D000002\n"
    assert again.stdout == "以前已经作过零报告 D000002\n"
    assert early.returncode == 2
    assert "还没有过完" in early.stderr
    assert county.returncode == 2
    assert "您没有“" in county.stderr
