"""``leye policy check --person``: what registers know of somebody, and what follows from it."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django
from leye.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from leye.data.pool import Snapshot
    from leye.decision.policy import Answered
    from leye.decision.policy.interview import Known


class NoRegisters(NotFound):
    """No month of the registers has been built, or not the one asked for."""

    code = "no_registers"
    title = "登记库还没有生成"


class NoChanges(InvalidInput):
    """A person is checked by the law as it is."""

    code = "no_changes_for_person"
    title = "按登记库判断时不能改动参数"


def check_of_person(chosen: argparse.Namespace) -> tuple["Answered", ...]:
    """Print the facts with who says so, and give what follows for each programme asked.

    :raises NoRegisters: the month has no registers.
    :raises NotInRegisters: nobody of that key is screened in the month.
    :raises NoChanges: a change of parameters is asked for.
    :raises InvalidAsOf: the release or the day is written otherwise, or before all data.
    :raises UnknownRelease: there is no release of this number.
    :raises MonthNotBuilt: the release asked for has no registers of the month.
    :raises OldShape: the registers of that release cannot be read any more.
    """
    start_django()
    from leye.decision.policy.as_of import month_as_of
    from leye.decision.policy.holders import holders, known_from
    from leye.decision.policy.interview import Answers, ask
    from leye.decision.policy.registered import registered
    from leye.doors.cli.policy_as_of import release_of
    from leye.doors.web.reading import pool

    if chosen.changes:
        raise NoChanges("--set 与 --person 不能同时写", hint="请改用 leye policy replay")
    release = release_of(chosen.as_of)
    snapshot = pool().snapshot(release)
    month = (
        _newest(snapshot, chosen.month) if release is None else month_as_of(snapshot, chosen.month)
    )
    given = registered(snapshot, chosen.person, month)
    answers = Answers("person", known=known_from(given, holders(snapshot, month)))
    print(f"编号 {chosen.person}，{month} 登记库，数据第 {snapshot.release} 版")
    case = answers.case()
    _print({name: each for name, each in answers.taken_as_known().items() if case.known(name)})
    wanted = chosen.programme
    found = ask(answers, month).answered
    return tuple(each for each in found if not wanted or each.programme in wanted)


def _newest(snapshot: "Snapshot", asked: int | None) -> int:
    months = snapshot.months_of("person_month")
    month = asked or (months[-1] if months else 0)
    if month not in months:
        raise NoRegisters(f"{month or ''}", hint="请先运行 leye registers build")
    return month


def _print(known: Mapping[str, "Known"]) -> None:
    from leye.decision.policy import fact

    for name, each in known.items():
        about = fact(name)
        value = about.show(each.value)
        if each.most is not None:
            value = f"{each.value:g}至{about.show(each.most)}"
        print(f"  {about.label}：{value}（{each.source}）")
