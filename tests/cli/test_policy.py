"""``leye policy``."""

import io
from pathlib import Path

import pytest

from leye.doors.cli import main
from leye.doors.cli.policy import InvalidChange, read_change

CASE = """
person:
  ui_county: 袁州区
  ui_months: 62
  ui_months_left_over: 0
  ui_months_drawn: 0
  job_end_reason: 被单位解除或裁员
  registered_unemployed: 是
  work_status: unemployed_registered
  in_military: 否
  emigrated: 否
  draws_pension: 否
  refused_job: 否
"""
ASK = ["policy", "check", "-", "--month", "202501", "--programme", "unemployment_benefit"]


def answers(text: str, arguments: list[str], monkeypatch, capsys) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code = main(arguments)
    return code, *capsys.readouterr()


def test_it_says_how_much_and_how_long(monkeypatch, capsys) -> None:
    code, out, _ = answers(CASE, ASK, monkeypatch, capsys)
    assert code == 0
    assert "【符合】失业保险金" in out
    assert "1683.00 元，还可 14 个月" in out
    assert "未核对：2类区域月最低工资 1870" in out


def test_it_says_what_fails_and_how_far(monkeypatch, capsys) -> None:
    text = CASE.replace("ui_months: 62", "ui_months: 9").replace("refused_job: 否", "")
    _, out, _ = answers(text, ASK, monkeypatch, capsys)
    assert "【不符合】" in out
    assert "还差3个月（时间到了就符合）" in out
    assert "缺 无正当理由拒绝介绍的工作或培训（凭证明）" in out


def test_a_change_is_tried_out(monkeypatch, capsys) -> None:
    change = ["--set", "unemployment_insurance.share_of_minimum_wage=0.8@202501"]
    _, out, _ = answers(CASE, [*ASK, *change], monkeypatch, capsys)
    assert "1496.00 元" in out


def test_a_setting_that_is_missing_is_named(monkeypatch, capsys) -> None:
    text = "person: {receiving_ui: 是, birth_month: 196512, sex: 男, flexible_insured: 是}"
    ask = ["policy", "check", "-", "--month", "202506", "--programme", "older_recipient_pension"]
    _, out, _ = answers(text, ask, monkeypatch, capsys)
    assert "金额缺：灵活就业人员养老保险最低月缴费额" in out


def test_a_file_is_read(tmp_path: Path, capsys) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("employer: {firm_days_to_report: 20}", encoding="utf-8")
    assert main(["policy", "check", str(path)]) == 0
    assert "还差5天" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("person: {sex: 3}", [], "代码不存在"),
        ("person: [", [], "不是 YAML"),
        ("[]", [], "填写的内容不对"),
        (CASE, ["--set", "x"], "参数改动写法有误"),
        (CASE, ["--set", "x=1"], "代码不存在"),
        (CASE, ["--month", "202513"], "时期写法有误"),
    ],
)
def test_a_mistake_is_told_in_words(text, more, told, monkeypatch, capsys) -> None:
    code, _, err = answers(text, [*ASK, *more], monkeypatch, capsys)
    assert code == 2
    assert told in err


def test_a_file_that_is_not_there_is_told(capsys) -> None:
    assert main(["policy", "check", "no-such-file.yaml"]) == 2
    assert "读不到文件" in capsys.readouterr().err


def test_a_change_may_end_a_rule() -> None:
    ended = read_change("a.b=none@202601", 202501)
    assert (ended.path, ended.value, ended.since) == ("a.b", None, 202601)
    assert read_change("a.b=2", 202501).since == 202501
    for wrong in ("a.b", "=1", "a=x", "a=1@2025", "a=1@x"):
        with pytest.raises(InvalidChange):
            read_change(wrong, 202501)
