"""``leye policy screen`` and ``leye policy replay``: the policies applied to the whole city."""

import argparse
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leye.doors.cli.steps import start_django
from leye.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from leye.data.pool import Snapshot
    from leye.decision.policy.queries import Figures
    from leye.decision.policy.replay import Replayed

_FIGURES = ("政策", "代码", "应享", "在享", "应享未享", "名单上在享", "无法判断", "年需资金（元）")
_LINES = (
    *("政策", "代码", "地区", "原符合", "改后符合", "新符合", "不再符合"),
    *("原无法判断", "改后无法判断", "原年需（元）", "改后年需（元）", "金额不明（改后）"),
)
_FORMS = (".xlsx", ".csv")


class ResultExists(InvalidInput):
    """A file would be overwritten."""

    code = "result_exists"
    title = "文件已存在"


class NotScreened(NotFound):
    """The month was not screened, in the version asked for."""

    code = "not_screened"
    title = "这个月还没有筛查"


def add_city_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    screen = actions.add_parser(
        "screen",
        help="全市筛查：谁符合、谁在享、谁应享未享",
        description="按登记库逐人、逐户、逐单位判断；不写月份则筛查最近两个月中有变动的。",
    )
    screen.add_argument("--month", type=int, metavar="月份", help="如 202506；登记库已有的任一月")
    screen.add_argument(
        "--as-of",
        metavar="版本或日期",
        help="按当时的数据重新筛查，不改动现在的数据：第几版数据（701），或哪天（2026-11-05）",
    )
    screen.add_argument("--stored", action="store_true", help="不重新筛查，只看存下的结果")
    _add_out(screen)
    screen.set_defaults(run=screen_city)
    replay = actions.add_parser(
        "replay",
        help="政策仿真：改动参数，谁受益、谁受损、一年多少钱",
        description="按同一个月的登记库，比较现行规定和改动后的规定。",
    )
    replay.add_argument("--month", type=int, metavar="月份", help="不写则为登记库最近一个月")
    replay.add_argument(
        "--set",
        action="append",
        required=True,
        dest="changes",
        metavar="参数=值[@起始月]",
        help="如 unemployment_insurance.share_of_minimum_wage=0.9@202501，可多次",
    )
    _add_out(replay)
    replay.set_defaults(run=replay_city)

    scenario = actions.add_parser(
        "scenario", help="计算一个仿真方案（页面自动调用）", description="计算页面上提出的仿真方案"
    )
    scenario.add_argument("number", type=int, metavar="编号")
    scenario.set_defaults(run=work_out_scenario)


def work_out_scenario(chosen: argparse.Namespace) -> int:
    """Work out a scenario that staff asked, and say how it came out.

    :raises UnknownScenario: there is none of this number.
    """
    start_django()
    from django.utils import timezone

    from leye.doors.web.reading import pool
    from leye.service.scenario.operations import work_out

    done = work_out(chosen.number, pool=pool(), clock=timezone.now)
    print(f"仿真方案 {done.number}：{done.reason or '已算完'}")
    return 1 if done.reason else 0


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="文件", help="另存为表格（.xlsx 或 .csv），不覆盖已有文件"
    )


def screen_city(chosen: argparse.Namespace) -> int:
    """Screen what is to be screened, and print a line for each programme.

    :raises MonthNotBuilt: the month has no registers.
    :raises NotScreened: there is no result to show.
    :raises InvalidAsOf: the release or the day is written otherwise, or before all data.
    :raises UnknownRelease: there is no release of this number.
    :raises OldShape: the registers of that release cannot be read any more.
    :raises ResultExists: there is such a file, or it is of no known form.
    """
    start_django()
    from leye.doors.cli.policy_as_of import release_of, screened_anew

    _check_out(chosen.out)
    release = release_of(chosen.as_of)
    if release is None or chosen.stored:
        _show_stored(chosen, release)
        return 0
    with screened_anew(release, chosen.month) as (snapshot, month):
        said = f"按第 {release} 版的登记库和来源，用现在的程序和 {month} 当月的规定重新算出"
        _show(chosen, snapshot, month, said)
    return 0


def _show_stored(chosen: argparse.Namespace, release: int | None) -> None:
    from django.utils import timezone

    from leye.decision.policy.queries import screened_months
    from leye.doors.web.reading import pool

    if not chosen.stored:
        bring_up_to_date(chosen.month, at=timezone.now())
    snapshot = pool().snapshot(release)
    months = screened_months(snapshot)
    month = chosen.month or (months[-1] if months else 0)
    if month not in months:
        said, hint = _not_screened(month, snapshot.release, then=release is not None)
        raise NotScreened(said, hint=hint)
    _show(chosen, snapshot, month, "存下的结果，没有重新计算" if chosen.stored else "")


def _show(chosen: argparse.Namespace, snapshot: "Snapshot", month: int, said: str) -> None:
    from django.conf import settings

    from leye.decision.policy.queries import programme_figures
    from leye.kernel.place import EVERYWHERE

    lines = programme_figures(snapshot, month, within=settings.LEYE_CITY, scope=EVERYWHERE)
    print(f"{month} 全市，数据第 {snapshot.release} 版")
    if said:
        print(f"  {said}")
    rows = [_figure_row(each) for each in lines]
    notes = [*_notes(snapshot, month), *([("算法", said)] if said else [])]
    _print(_FIGURES, rows)
    _write(chosen.out, f"政策筛查_{month}", _FIGURES, rows, notes)


def _not_screened(month: int, release: int, *, then: bool) -> tuple[str, str]:
    if then:
        said = f"第 {release} 版数据里没有存下{month or '任何月份'}的筛查"
        return said, "不写 --stored，就按那一版的数据重新筛查"
    return f"{month or '登记库'}", "请先运行 leye policy screen --month 月份"


def bring_up_to_date(month: int | None, *, at: Any) -> tuple[int, ...]:
    """Screen the month if it waits for it, or else those of the newest two; say each one done."""
    from leye.data.pool.build import months_to_build
    from leye.decision.policy.registered import prepare_plans
    from leye.decision.policy.screen import screen
    from leye.decision.policy.tables import policy_tables
    from leye.doors.web.reading import pool

    wanted = None
    if month is not None:
        built = month in pool().snapshot().months_of("entitlement_count")
        stale = not built or month in months_to_build(pool(), tables=policy_tables())
        wanted = (month,) if stale else ()
    began = time.monotonic()

    def done(each: int) -> None:
        print(f"  {each} 政策筛查完成（{time.monotonic() - began:.1f} 秒）", flush=True)

    screened = screen(pool(), at=at, months=wanted, progress=done)
    for each in screened[-1:]:
        prepare_plans(pool().snapshot(), each)
    return screened


def replay_city(chosen: argparse.Namespace) -> int:
    """Print what a change of parameters would do.

    :raises InvalidChange: a change is written wrongly.
    :raises UnknownCode: a change names no parameter.
    :raises NothingChanges: no programme rests on what is changed.
    :raises MonthNotBuilt: the month has no registers.
    :raises ResultExists: there is such a file, or it is of no known form.
    """
    start_django()
    from leye.decision.policy.replay import replay
    from leye.doors.cli.policy import read_change
    from leye.doors.web.reading import pool

    _check_out(chosen.out)
    months = pool().snapshot().months_of("person_month")
    if not months:
        raise NotScreened("登记库还没有生成", hint="请先运行 leye registers build")
    month = chosen.month or months[-1]
    changes = [read_change(text, month) for text in chosen.changes]
    found = replay(pool(), month=month, changes=changes)
    print(f"{month} 登记库，数据第 {found.release} 版")
    for each in found.changes:
        value = "停止" if each.value is None else f"{each.value:.12g}"
        print(f"  {each.path} 自 {each.since} 起改为 {value}")
    rows = _replay_rows(found)
    _print(_LINES, [row for row in rows if row[2] == "全市"])
    for fund in found.funds:
        print(_fund(fund.fund, fund.balance, fund.months_before, fund.months_after))
    _write(chosen.out, f"政策仿真_{month}", _LINES, rows, [("数据版本", str(found.release))])
    return 0


def _figure_row(each: "Figures") -> tuple[Any, ...]:
    return (
        _title(each.programme),
        each.programme,
        each.eligible,
        _or_no_source(each.receiving),
        _or_no_source(each.gap),
        _or_no_source(each.recipients),
        each.cannot_tell,
        _money(each.cost, each.eligible, each.cost_known),
    )


def _replay_rows(found: "Replayed") -> list[tuple[Any, ...]]:
    """Give the whole city first, then the counties, of each programme."""
    from leye.data.reference import places

    rows: list[tuple[Any, ...]] = []
    for name in dict.fromkeys(each.programme for each in found.lines):
        own = [each for each in found.lines if each.programme == name]
        parts = []
        for each in own:
            place = places().get(each.place).name if each.place else "地区不明"
            counts = (each.before, each.after, each.gains, each.loses)
            open_ = (each.open_before, each.open_after)
            costs = (each.cost_before, each.cost_after)
            parts.append((place, (*counts, *open_), costs, each.unknown_after))
        sums = [sum(each) for each in zip(*(counts for _, counts, _, _ in parts), strict=True)]
        paid = [
            None if None in each else sum(each, Decimal(0))
            for each in zip(*(costs for _, _, costs, _ in parts), strict=True)
        ]
        whole = ("全市", tuple(sums), tuple(paid), sum(each[3] for each in parts))
        rows += [
            (_title(name), name, place, *counts, *map(_yuan, costs), unknown)
            for place, counts, costs, unknown in (whole, *parts)
        ]
    return rows


def _fund(name: str, balance: Decimal | None, before: Decimal | None, after: Decimal | None) -> str:
    if balance is None:
        return f"{name}：结余尚未设定，算不出可支付月数"
    if before is None or after is None:
        return f"{name}：结余 {balance:,.2f} 元；这个月还没有筛查，算不出可支付月数"
    return f"{name}：结余 {balance:,.2f} 元，可支付 {before} 个月，改后 {after} 个月"


def _title(programme: str) -> str:
    from leye.decision.policy import catalogue

    listed = catalogue().get(programme)
    return programme if listed is None else listed.title


def _or_no_source(value: int | None) -> int | str:
    return "无来源" if value is None else value


def _yuan(value: Decimal | None) -> Decimal | str:
    return "—" if value is None else value


def _money(cost: Decimal | None, eligible: int, known: int) -> Decimal | str:
    """Give a cost, and of how many it is not known; a dash for what is no payment."""
    if cost is None:
        return "—"
    if known == eligible:
        return cost
    return f"{cost}（{eligible - known} 人金额不明）" if known else "金额不明"


def _notes(snapshot: "Snapshot", month: int) -> list[tuple[str, str]]:
    return [
        ("月份", str(month)),
        ("数据版本", str(snapshot.release)),
        ("应享", "按登记库逐条判断全部符合"),
        ("在享", "应享者中有发放或登记记录的"),
        ("无法判断", "有条件缺数据或缺市里的规定，不当作不符合"),
    ]


def _print(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    print("｜".join(header))
    for row in rows:
        print("｜".join(_text(each) for each in row))


def _text(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


def _check_out(out: Path | None) -> None:
    if out is not None and out.suffix not in _FORMS:
        raise ResultExists(f"“{out.name}”不是表格文件名", hint="请以 .xlsx 或 .csv 结尾")
    if out is not None and out.exists():
        raise ResultExists(str(out), hint="请换一个文件名，或先删掉旧文件")


def _write(
    out: Path | None,
    name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    notes: Sequence[tuple[str, str]],
) -> None:
    if out is None:
        return
    from leye.doors.web.downloads import csv_response, xlsx_response

    if out.suffix == ".csv":
        content = csv_response(name, header, rows).content
    else:
        content = xlsx_response(name, header, rows, notes=notes).content
    with out.open("xb") as file:
        file.write(content)
    print(f"已写出 {out}")
