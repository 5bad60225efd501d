"""``leye warning``: the signals of a month, the lines with what they would have done, backtests."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django
from leye.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from leye.analysis.warning import Signal, WarningMonth
    from leye.analysis.warning.backtest.results import Figure, Trial
    from leye.data.registers.queries.served import Served
    from leye.doors.cli.steps import Commands

_CITY = 500_000


class NothingToJudge(NotFound):
    """There is no serving copy to judge."""

    code = "nothing_to_judge"
    title = "没有可以监测的数据"


class UnusableFile(InvalidInput):
    """The results cannot be written there."""

    code = "unusable_results_file"
    title = "写不进这个文件"


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "失业监测预警：某月的信号、界线、回测"
    parser = commands.add_parser("warning", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    run = actions.add_parser(
        "run", help="算出一个月的信号和级别", description="算出一个月的信号和级别"
    )
    run.add_argument("--month", type=int, default=None, metavar="月份", help="默认最近一个月")
    run.add_argument("--all", action="store_true", help="未达预警的信号也列出")
    run.set_defaults(run=show_month)
    keep = actions.add_parser(
        "keep",
        help="判断最近一个月，信号立项，超时的上报",
        description="数据有变动时判断最近一个月，信号立项或者并入原事项；超过时限的事项上报",
    )
    keep.set_defaults(run=keep_watch)
    lines = actions.add_parser(
        "lines",
        help="列出每条界线、来历和过去报了几次",
        description="列出每条界线、来历和过去报了几次",
    )
    lines.set_defaults(run=show_lines)
    backtest = actions.add_parser(
        "backtest", help="在已知结果的数据上回测", description="在已知结果的数据上回测"
    )
    backtest.add_argument("--out", type=Path, default=None, metavar="文件", help="另存为 JSON")
    backtest.add_argument("--no-city", action="store_true", help="不做模拟城市一项（约半分钟）")
    backtest.set_defaults(run=show_backtest)


def show_month(chosen: argparse.Namespace) -> int:
    """Print a month's signals, grades and failing feeds.

    :raises NothingToJudge: no month was built yet.
    :raises UnknownMonth: the serving copy has no such month.
    """
    start_django()
    from django.utils import timezone

    from leye.analysis.warning import raw_levels, read_inputs, warning_month
    from leye.doors.web.reading import pool
    from leye.kernel.months import month_add
    from leye.service.response.lines.operations import city_watches

    copy = _served()
    known, on = city_watches(), timezone.localdate()
    month: int = chosen.month or copy.months[-1]
    snapshot = pool().snapshot()
    earlier = month_add(month, -1)
    before = {}
    if earlier in copy.months:
        last = warning_month(read_inputs(copy, snapshot, known, month=earlier, on=on), known)
        before = {key: (level,) for key, level in raw_levels(last).items()}
    inputs = read_inputs(copy, snapshot, known, month=month, on=on)
    _print_month(warning_month(inputs, known, before=before), every=bool(chosen.all))
    return 0


def keep_watch(_chosen: argparse.Namespace) -> int:
    """Tell of cases whose clock ran out, then judge the newest month if its data changed."""
    start_django()
    from django.utils import timezone

    from leye.doors.cli.warning_watch import watch_and_escalate

    for words in watch_and_escalate(at=timezone.now()):
        print(words, flush=True)
    return 0


def show_lines(_chosen: argparse.Namespace) -> int:
    """Print every line with its origin, and how often a place would have crossed it.

    :raises NothingToJudge: no month was built yet.
    """
    start_django()
    from leye.analysis.warning.history import line_records
    from leye.service.response.lines.operations import city_watches

    copy = _served()
    for record in line_records(copy, city_watches()):
        line = record.line
        print(
            f"{record.watch.name} {line.level.label} {line.value:f}{record.watch.series.unit}"
            f"｜{line.origin.label}：{line.basis}｜{line.since}起｜{line.standing}｜{record.words}"
        )
    return 0


def show_backtest(chosen: argparse.Namespace) -> int:
    """Run the backtest and print it; write it where asked. 1 when a bar is missed.

    :raises UnusableFile: the results cannot be written.
    """
    start_django()
    from leye.analysis.warning.backtest.run import run_backtest, write_backtest

    others = [] if chosen.no_city else [_city_trial()]
    found = run_backtest(
        chinese=_chinese_rate(), others=others, progress=lambda title: print(f"  {title} 完成")
    )
    for trial in found.trials:
        _print_trial(trial)
    if chosen.out is not None:
        try:
            write_backtest(found, chosen.out)
        except OSError as error:
            raise UnusableFile(str(chosen.out), hint="请核对文件夹是否存在、能否写入") from error
        print(f"已写出 {chosen.out}")
    missed = [f for trial in found.trials for f in trial.figures if f.passed is False]
    return 1 if missed else 0


def _served() -> "Served":
    from django.conf import settings

    from leye.data.registers.queries.served import served

    copy = served(Path(settings.LEYE_POOL))
    if copy is None:
        raise NothingToJudge("登记库还没有生成任何月份", hint="请先运行 leye registers build")
    return copy


def _city_trial() -> "Trial":
    from leye.analysis.warning.reading import festivals
    from leye.doors.cli.warning_city import FIRST_MONTH, MONTHS, city_trial
    from leye.kernel.months import month_add, month_range

    days = festivals(month_range(FIRST_MONTH, month_add(FIRST_MONTH, MONTHS)))
    return city_trial(days, people=_CITY, seed=3)


def _chinese_rate() -> list[tuple[int, float]]:
    from leye.analysis.metrics import Evaluator, catalogue
    from leye.doors.web.reading import pool
    from leye.kernel.months import month_of
    from leye.kernel.period import Frequency
    from leye.kernel.place import NATION, PUBLIC

    evaluator = Evaluator(pool().snapshot(), catalogue=catalogue(), scope=PUBLIC)
    figures = evaluator.series("surveyed_urban_unemployment_rate", NATION)
    return [
        (month_of(each.period.start), float(each.value))
        for each in figures
        if each.value is not None
        and each.period is not None
        and each.period.frequency is Frequency.MONTH
        and not each.period.is_span
    ]


def _print_month(found: "WarningMonth", *, every: bool) -> None:
    print(
        f"{found.month // 100}年{found.month % 100}月，数据第 {found.data_version} 版，"
        f"监测项 {found.settings} 版"
    )
    for grade in found.grades:
        from leye.analysis.warning.judged import where
        from leye.analysis.warning.types import Cell, Level

        if grade.level > Level.NONE or grade.reasons:
            cell = Cell(grade.place, grade.axis, grade.code)
            said = f"（{'；'.join(grade.reasons)}）" if grade.reasons else ""
            print(f"  {where(cell)}：{grade.level.label}{said}")
    shown = [each for each in found.signals if every or each.level > 0]
    print(f"信号 {len(found.signals)} 个，列出 {len(shown)} 个：")
    for each in shown:
        _print_signal(each)
    for feed in found.feeds:
        if not feed.state.usable:
            print(f"  数据：{feed.title} {feed.state.label}：{'；'.join(feed.reasons)}")
    for words in found.unjudged:
        print(f"  未作判断：{words}")


def _print_signal(each: "Signal") -> None:
    print(
        f"  【{each.level.label}】{each.title}（{each.layer.value} {each.layer.label}，{each.key}）"
    )
    for reason in each.reasons:
        print(f"      {reason}")


def _print_trial(trial: "Trial") -> None:
    print(f"\n{trial.code} {trial.title}\n  {trial.question}")
    for figure in trial.figures:
        print(f"  {_mark(figure)} {figure.name}：{_value(figure)}")
    print(f"  {'':2}{'｜'.join(('配置', *trial.columns))}")
    for row in trial.rows:
        print(f"  {'＊' if row.product else '　'}{'｜'.join((row.name, *row.cells))}")
    for note in trial.notes:
        print(f"  注：{note}")


def _mark(figure: "Figure") -> str:
    return {True: "✓", False: "✗", None: "·"}[figure.passed]


def _value(figure: "Figure") -> str:
    value = "无" if figure.value is None else f"{figure.value:g}{figure.unit}"
    bar = ""
    if figure.bar is not None:
        bar = f"（要求{'不超过' if figure.at_most else '不低于'}{figure.bar:g}）"
    wished = ""
    if figure.wished is not None:
        wished = f"，希望{figure.wished:g}，{'达到' if figure.granted else '没有达到'}"
    return f"{value}{bar}{'，' + figure.reference if figure.reference else ''}{wished}"
