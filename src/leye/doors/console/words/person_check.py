"""What the registers brought into a check, datum by datum: from whom, and how it is put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from leye.data.registers.comparison.catalogue import comparison
from leye.data.registers.queries import ConflictLine
from leye.decision.policy import Fact, Origin, fact, facts
from leye.decision.policy.holders import WEIGHED, Holder, absent_words, sources_of
from leye.decision.policy.interview import Answers, Known
from leye.decision.policy.registered import wanted_of
from leye.doors.console.months import month_label
from leye.doors.web.policy_form import shown, where_known

TOLD = "本人现场回答"
_WEIGHED = "核对“人员”页上的依据，请出错的部门更正"
_AT_COUNTER = "申领时凭材料核对，这里可以先改"


@dataclass(frozen=True, slots=True)
class Datum:
    """One datum: what it is, who says so and how new that is, and who puts it right."""

    name: str
    label: str
    value: str
    source: str
    put_right: str


def brought_in(
    answers: Answers, held: Mapping[str, Holder]
) -> tuple[list[Datum], list[Datum], list[Datum], list[Datum]]:
    """Give what was told on the spot, what registers know, what is presumed, and what none knows.

    Only what bears on the person: not what another datum rules out.
    """
    case, taken = answers.case(), answers.taken_as_known()
    told, known, presumed, unknown = [], [], [], []
    for name, about in facts().items():
        if about.entity not in answers.entities or not case.concerns(name):
            continue
        if name in answers.given:
            value = shown(about, answers.given[name])
            told.append(Datum(name, about.label, value, TOLD, _instead(name, taken)))
        elif (found := taken.get(name)) is not None and found.month is None:
            presumed.append(
                Datum(name, about.label, shown(about, found.value), found.source, _AT_COUNTER)
            )
        elif found is not None:
            known.append(_known(about, found, held))
        elif about.origin is Origin.REGISTER and name in wanted_of(about.entity):
            unknown.append(_unknown(about, held))
    return told, known, presumed, unknown


def where_asked(asked: Fact) -> str:
    """Say to an official where to get a fact that the registers do not have of the person."""
    if asked.origin is Origin.REGISTER:
        return "登记库里没有这个人的记录，问本人或看材料"
    return where_known(asked).replace("由您自己填", "问本人").replace("凭证明", "看证明")


def conflict_links(lines: Iterable[ConflictLine]) -> list[dict[str, str]]:
    """Give the conflicts about a person as links to where they are decided, or handed over."""
    return [
        {
            "title": comparison(line.rule).title,
            "since": month_label(line.since_month),
            "url": f"{reverse('console:conflict', args=[line.id])}?month={line.month}",
        }
        for line in lines
    ]


def _known(about: Fact, found: Known, held: Mapping[str, Holder]) -> Datum:
    value = shown(about, found.value)
    if found.most is not None:
        value = f"{found.value:,.10g}至{shown(about, found.most)}（以前的没有报送，说不准）"
    source = f"{_source(about.name, held)}{absent_words(about, found.value)}"
    return Datum(about.name, about.label, value, source, _put_right(about.name, held))


def _unknown(about: Fact, held: Mapping[str, Holder]) -> Datum:
    known = bool(sources_of(about.name))
    source = f"{_source(about.name, held)}里没有" if known else "没有部门的记录能判定"
    return Datum(about.name, about.label, "未知", source, _put_right(about.name, held))


def _source(name: str, held: Mapping[str, Holder]) -> str:
    """Name the lists, each with how new it is."""
    words = []
    for each in (held[source] for source in sources_of(name)):
        newest = f"报到{month_label(each.month)}" if each.month else "还没有报送"
        words.append(f"{each.department}《{each.title}》（{newest}）")
    return "、".join(words) or WEIGHED


def _put_right(name: str, held: Mapping[str, Holder]) -> str:
    """Say who puts right what their lists say."""
    departments = dict.fromkeys(held[source].department for source in sources_of(name))
    return f"请{'、'.join(departments)}更正，随下次报送进登记库" if departments else _WEIGHED


def _instead(name: str, taken: Mapping[str, Known]) -> str:
    """Say what registers have where somebody said otherwise."""
    found = taken.get(name)
    if found is None or found.month is None:
        return ""
    return f"登记库里是“{shown(fact(name), found.value)}”（{found.source}）"


def brought_in_context(answers: Answers, held: Mapping[str, Holder]) -> dict[str, Any]:
    """Give the groups of data with what each is called."""
    told, known, presumed, unknown = brought_in(answers, held)
    return {"told": told, "known": known, "presumed": presumed, "unknown": unknown}
