"""``leye prepare`` makes everything ready, once."""

import json
import re
import sqlite3
import stat
from pathlib import Path

from tests.cli.conftest import ROOT, Leye, run_leye


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(var: Path, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(var / "leye.sqlite3")
    try:
        # The table's name is this test's own.
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
    finally:
        connection.close()


def passwords(text: str) -> list[str]:
    return re.findall(r"密码 ((?:[a-z0-9]{4}-){3}[a-z0-9]{4})", text)


def test_every_step_is_shown_with_its_seconds(prepared_once: tuple[Path, str]) -> None:
    for title in ("准备数据库", "静态文件", "导入公布数据", "试用账号"):
        assert re.search(rf"{title} … .*?（\d+\.\d 秒）", prepared_once[1], re.DOTALL), title
    assert "651 条（批次 D000001）" in prepared_once[1]


def test_a_second_run_changes_nothing_and_shows_the_passwords_again(
    var: Path, leye: Leye, prepared_once: tuple[Path, str]
) -> None:
    tables = ["identity_user", "identity_grant", "identity_auditevent", "django_migrations"]
    pool, static = files_of(var / "pool"), files_of(var / "static")
    rows = {table: rows_of(var, table) for table in tables}
    kept = (var / "trial_account.json").read_bytes()
    again = leye("prepare")
    assert again.returncode == 0, again.stderr
    assert files_of(var / "pool") == pool
    assert files_of(var / "static") == static
    assert {table: rows_of(var, table) for table in tables} == rows
    assert (var / "trial_account.json").read_bytes() == kept
    assert passwords(again.stdout) == passwords(prepared_once[1])
    assert "已导入过（批次 D000001）" in again.stdout


def test_passwords_are_made_on_the_machine_and_readable_by_its_owner_only(
    var: Path, prepared_once: tuple[Path, str], tmp_path: Path
) -> None:
    file = prepared_once[0] / "trial_account.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text())
    assert set(kept) == {"trial", "trial-yuanzhou"}
    assert sorted(passwords(prepared_once[1])) == sorted(kept.values())
    other = run_leye(tmp_path / "other", "prepare")
    assert not set(passwords(other.stdout)) & set(kept.values())


def test_the_trial_accounts_hold_the_roles_for_trying_out(var: Path) -> None:
    names = {row[0]: row for row in rows_of(var, "identity_user")}
    grants = {(row[1], row[2]) for row in rows_of(var, "identity_grant")}
    assert len(names) == 2
    assert grants == {
        ("data_steward", "360900"),
        ("city_official", "360900"),
        ("administrator", "360900"),
        ("auditor", "360900"),
        ("county_official", "360902"),
    }


def test_no_trial_accounts_where_none_are_wanted(tmp_path: Path) -> None:
    for name, arguments, extra in (
        ("asked", ["prepare", "--no-trial"], {}),
        ("https", ["prepare"], {"LEYE_HTTPS": "1"}),
    ):
        var = tmp_path / name
        done = run_leye(var, *arguments, **extra)
        assert done.returncode == 0, done.stderr
        assert passwords(done.stdout) == []
        assert not (var / "trial_account.json").exists()
        assert rows_of(var, "identity_user") == []


def test_a_password_changed_by_its_owner_is_not_shown_and_can_be_reset(
    var: Path, leye: Leye
) -> None:
    first = json.loads((var / "trial_account.json").read_text())
    reset = leye("account", "reset", "trial")
    (fresh,) = re.findall(r"新密码 (\S+)", reset.stdout)
    assert fresh != first["trial"]
    assert fresh in leye("prepare").stdout
    kept = first | {"trial": "not-the-password"}
    (var / "trial_account.json").write_text(json.dumps(kept))
    shown = leye("prepare").stdout
    assert "not-the-password" not in shown
    assert "密码已修改" in shown
    assert "account reset trial" in shown
    assert first["trial-yuanzhou"] in shown


def test_seeding_is_an_ordinary_delivery(leye: Leye) -> None:
    listed = leye("pool", "deliveries").stdout
    assert re.search(r"D000001\t.*已接收\t全国\t读到 651 行，新增 \d+", listed)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run_leye(tmp_path / "file" / "var", "prepare")
    assert done.returncode not in {0, 2}
    assert "NotADirectoryError" in done.stderr


def test_a_damaged_password_file_is_told_in_words(var: Path, leye: Leye) -> None:
    (var / "trial_account.json").write_text("{")
    done = leye("prepare")
    assert done.returncode == 2
    assert "试用密码文件读不出来" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_seed_is_the_file_of_the_repository() -> None:
    from leye.doors.cli.prepare import SEED

    assert (ROOT / "seed" / SEED).is_file()
