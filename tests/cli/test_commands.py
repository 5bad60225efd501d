"""Figures, accounts and the pool from the command line."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Leye
from tests.samples import FIGURES_HEADER, figures_csv

GOOD = "城镇新增就业,袁州区,2026-09,1.1,万人,年内累计数,区局报表,,A,,内部"
BAD = figures_csv(
    "城镇新增就业,袁州区,2026-09,1.1,万人,年内累计数,区局报表,,A,,内部",
    "城镇新增就业业,袁州区,2026-09,1.1,万人,年内累计数,区局报表,,A,,内部",
    "城镇新增就业,袁州区,2026-13,很多,万人,年内累计数,区局报表,,A,,内部",
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_bytes(figures_csv(GOOD))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_bytes(BAD)
    return path


def releases(leye: Leye) -> int:
    lines: list[str] = leye("pool", "releases").stdout.splitlines()
    return len(lines)


@pytest.mark.parametrize(
    "arguments",
    [[], ["prepare"], ["serve"], ["figures"], ["figures", "submit"], ["account"], ["pool"]],
)
def test_every_command_explains_itself(leye: Leye, arguments: list[str]) -> None:
    done = leye(*arguments, "--help")
    assert done.returncode == 0
    assert re.search(r"[一-鿿]", done.stdout)


def test_a_file_with_bad_rows_is_refused_and_each_is_named(leye: Leye, bad: Path) -> None:
    done = leye("figures", "submit", str(bad), "--as", "trial-yuanzhou")
    assert done.returncode == 1, done.stderr
    assert "已退回：批次 D000002" in done.stdout
    assert re.search(r"\[错误\] 第 3 行，指标“城镇新增就业业”：.+", done.stdout)
    assert re.search(r"\[错误\] 第 4 行，时期“2026-13”：.+", done.stdout)
    assert re.search(r"\[错误\] 第 4 行，数值“很多”：.+", done.stdout)
    assert "第 2 行" not in done.stdout
    assert leye("pool", "verify").returncode == 0


def test_a_check_says_the_same_and_keeps_nothing(leye: Leye, bad: Path, good: Path) -> None:
    before = releases(leye)
    refused = leye("figures", "check", str(bad), "--as", "trial-yuanzhou")
    assert refused.returncode == 1
    assert "没有保存" in refused.stdout
    assert "第 3 行，指标“城镇新增就业业”" in refused.stdout
    passed = leye("figures", "check", str(good))
    assert passed.returncode == 0, passed.stderr
    assert "检查通过" in passed.stdout
    assert releases(leye) == before


def test_a_good_file_is_a_new_version_once(leye: Leye, good: Path) -> None:
    first = leye("figures", "submit", str(good), "--as", "trial-yuanzhou")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "已接收：批次 D000002，数据版本 2" in first.stdout
    assert "新增 1 行" in first.stdout
    second = leye("figures", "submit", str(good), "--as", "trial-yuanzhou")
    assert second.returncode == 0
    assert "以前接收过（批次 D000002）" in second.stdout
    assert releases(leye) == 2


def test_nobody_hands_in_for_another_county(leye: Leye, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(figures_csv(GOOD.replace("袁州区", "丰城市")))
    done = leye("figures", "submit", str(other), "--as", "trial-yuanzhou")
    assert done.returncode == 1
    assert "第 2 行，地区“丰城市”" in done.stdout
    elsewhere = leye("figures", "submit", str(other), "--as", "trial-yuanzhou", "--for", "360981")
    assert elsewhere.returncode == 2
    assert "没有权限" in elsewhere.stderr


def test_mistakes_are_told_in_words(leye: Leye, good: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (["figures", "submit", str(good), "--as", "trail"], "trial"),
        (["figures", "check", str(tmp_path / "none.csv")], "没有这个文件"),
        (["account", "grant", "trial"], "--add"),
        (["account", "grant", "trial", "--add", "king@360900"], "角色@区划代码"),
        (["account", "grant", "trial", "--add", "auditor@999999"], "代码不存在"),
        (["account", "reset", "nobody"], "没有这个账号"),
    ):
        done = leye(*arguments)
        assert done.returncode == 2, arguments
        assert words in done.stderr, done.stderr
        assert "→" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_file_that_is_no_sheet_is_told_in_words(leye: Leye, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = leye("figures", "submit", str(path), "--as", "trial")
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    assert (done.stdout + done.stderr).strip()


def test_the_template_has_the_headers_and_overwrites_nothing(leye: Leye, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    done = leye("figures", "template", str(path))
    assert done.returncode == 0, done.stderr
    sheet = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]] == FIGURES_HEADER.split(",")
    content = path.read_bytes()
    again = leye("figures", "template", str(path))
    assert again.returncode == 2
    assert "文件已存在" in again.stderr
    assert path.read_bytes() == content


def test_an_account_from_opening_to_another_role(leye: Leye) -> None:
    made = leye(
        *("account", "create", "wanzai01", "--name", "测试", "--place", "360922"),
        *("--grant", "county_official@360922"),
    )
    assert made.returncode == 0, made.stderr
    assert re.search(r"初始密码 (?:[a-z0-9]{4}-){3}[a-z0-9]{4}", made.stdout)
    twice = leye(
        *("account", "create", "wanzai01", "--name", "测试", "--place", "360922"),
        *("--grant", "county_official@360922"),
    )
    assert twice.returncode == 2
    assert "账号名已被使用" in twice.stderr
    granted = leye(
        *("account", "grant", "wanzai01", "--add", "auditor@360922"),
        *("--remove", "county_official@360922"),
    )
    assert granted.returncode == 0
    assert "auditor@360922" in granted.stdout
    listed = leye("account", "list").stdout
    assert re.search(r"wanzai01\t360922\t审计人员@万载县", listed)
    reset = leye("account", "reset", "wanzai01")
    assert re.search(r"新密码 \S+", reset.stdout)
    for text in (listed, granted.stdout):
        assert "密码" not in text


def test_a_password_reset_of_another_account_is_kept_nowhere(leye: Leye, var: Path) -> None:
    leye(
        *("account", "create", "wanzai01", "--name", "测试", "--place", "360922"),
        *("--grant", "county_official@360922"),
    )
    leye("account", "reset", "wanzai01")
    assert "wanzai01" not in json.loads((var / "trial_account.json").read_text())


def test_a_sound_pool_is_verified(leye: Leye, good: Path) -> None:
    leye("figures", "submit", str(good), "--as", "trial-yuanzhou")
    done = leye("pool", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 个数据版本" in done.stdout
    listed = leye("pool", "releases").stdout
    assert re.search(r"^2\t.*批次 D000002$", listed, re.MULTILINE)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("tables/figures/*.parquet", "缺少文件"),
        ("tables/deliveries/*.parquet", "缺少文件"),
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
