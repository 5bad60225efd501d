"""``leye policy``: what a person, a household or a firm is entitled to, and why; a whole city."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leye.doors.cli.policy_city import add_city_actions
from leye.kernel.errors import InvalidInput, NotFound
from leye.kernel.months import month_of, valid_month
from leye.kernel.period import InvalidPeriod

if TYPE_CHECKING:
    from leye.decision.policy import Answered, Change
    from leye.doors.cli.steps import Commands


class NoSuchFile(NotFound):
    """The file of a case cannot be read."""

    code = "no_case_file"
    title = "读不到文件"


class InvalidChange(InvalidInput):
    """A change of a parameter is not written as path=value@month."""

    code = "invalid_change"
    title = "参数改动写法有误"


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "政策：符合哪些、为什么、还差什么"
    parser = commands.add_parser("policy", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    check = actions.add_parser(
        "check", help="按一份情况逐项判断", description="按一份情况（YAML 或 JSON）逐项判断"
    )
    check.add_argument("file", metavar="文件", nargs="?", help="情况文件；- 为标准输入")
    check.add_argument(
        "--person", type=int, metavar="编号", help="不用文件，按登记库里这个人和家庭的记录判断"
    )
    check.add_argument(
        "--as-of",
        metavar="版本或日期",
        help="与 --person 同用：按当时的登记库判断，第几版数据（701），或哪天（2026-11-05）",
    )
    check.add_argument(
        "--month",
        type=int,
        metavar="月份",
        help="如 202501；不写则为本月，写了 --person 则为登记库最近一个月",
    )
    check.add_argument("--programme", action="append", metavar="政策", help="只看这一项，可多次")
    check.add_argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="参数=值[@起始月]",
        help="仿真：改动一个参数，如 setting.rural_worker_aid_month=500@202501",
    )
    check.set_defaults(run=show_check)
    add_city_actions(actions)


def show_check(chosen: argparse.Namespace) -> int:
    """Print what follows for a case.

    :raises NoSuchFile: the file cannot be read, or neither or both of file and person are given.
    :raises InvalidFact: the case is written wrongly.
    :raises InvalidChange: a change is written wrongly.
    :raises InvalidInput: ``--as-of`` is given with a file.
    :raises UnknownCode: there is no such fact, programme or parameter.
    """
    from leye.decision.policy import Case, check

    if (chosen.person is None) == (chosen.file is None):
        raise NoSuchFile("要么写情况文件，要么写 --person", hint="二者只写一个")
    if chosen.person is not None:
        from leye.doors.cli.policy_person import check_of_person

        for each in check_of_person(chosen):
            _print(each)
        return 0
    if chosen.as_of is not None:
        raise InvalidInput("--as-of 只能和 --person 同用", hint="情况文件里写的就是当时的情况")
    month = _month(chosen.month)
    changes = [read_change(text, month) for text in chosen.changes]
    case = Case.parse(_read(chosen.file))
    for each in check(case, month, chosen.programme, changes):
        _print(each)
    return 0


def read_change(text: str, month: int) -> "Change":
    """Read ``path=value`` or ``path=value@month``; the value ``none`` ends a rule.

    :raises InvalidChange: it is written otherwise.
    """
    from leye.decision.policy import Change

    path, _, rest = text.partition("=")
    value, _, since = rest.partition("@")
    try:
        number = None if value == "none" else float(value)
        start = int(since) if since else month
    except ValueError:
        number, start = None, 0
    if not path or not value or not valid_month(start):
        raise InvalidChange(f"“{text}”", hint="写作 参数=值 或 参数=值@202501")
    return Change(path, number, start)


def _month(given: int | None) -> int:
    if given is None:
        import datetime as dt

        return month_of(dt.datetime.now(tz=dt.UTC).astimezone().date())
    if not valid_month(given):
        raise InvalidPeriod(f"“{given}”不是月份", hint="月份写作六位数字，如 202501")
    return given


def _read(name: str) -> Any:
    import yaml

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSuchFile(f"{name}：{error}", hint="请核对文件名和编码（UTF-8）") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput(f"{name} 不是 YAML 或 JSON", hint=str(error)) from None


def _print(each: "Answered") -> None:
    from leye.decision.policy import CHANGES_ZH, ORIGIN_ZH, OUTCOME_ZH, catalogue

    listed = catalogue().get(each.programme)
    title = listed.title if listed is not None else each.programme
    print(f"【{OUTCOME_ZH[each.outcome]}】{title}（{each.programme}）{_due(each)}")
    for found in each.conditions:
        if found.result == "failing":
            gap = (
                f"，还差{found.gap.normalize():f}{found.gap_unit}" if found.gap is not None else ""
            )
            print(f"  × {found.sentence}{gap}（{CHANGES_ZH[found.changes]}）{found.basis}")
        elif found.result == "unknown":
            lacking = "、".join(
                f"{m.label}（{ORIGIN_ZH[m.origin] if m.origin else m.source}）"
                for m in found.missing
            )
            print(f"  ？ {found.sentence}：缺 {lacking}")
    for missing in each.amount_missing if each.outcome else ():
        print(f"  金额缺：{missing.label}（{missing.source}）")
    for value in each.rests_on_unverified:
        print(f"  未核对：{value.label} {value.value.normalize():f}（{value.note}）")


def _due(each: "Answered") -> str:
    parts = []
    if each.amount:
        parts.append(f"{each.amount:f} 元")
    if each.months:
        parts.append(f"还可 {each.months} 个月")
    return "：" + "，".join(parts) if parts else ""
