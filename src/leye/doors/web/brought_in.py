"""What the registers brought into a check, datum by datum: from whom, and how it is put right.

Read by an official about a person, and by the person about themselves (see ``Voice``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from leye.decision.policy import Fact, Origin, fact, facts
from leye.decision.policy.holders import WEIGHED, Holder, absent_words, sources_of
from leye.decision.policy.interview import Answers, Known
from leye.decision.policy.registered import wanted_of
from leye.doors.web.maps import month_label
from leye.doors.web.policy_form import shown, where_known

_AT_COUNTER = "申领时凭材料核对，这里可以先改"
_UNKNOWN = "未知"


@dataclass(frozen=True, slots=True)
class Voice:
    """To whom the data are shown.

    ``told``: who answered; ``weighed``: how what all evidence was weighed for is put right;
    ``lacking``: where to get what registers lack, or know only within bounds.
    ``own``: to the person themselves, who is not told what of their household is another
    member's: counts of members are worded as the fact of the household that the rules ask for.
    """

    told: str
    weighed: str
    lacking: str
    own: bool = False

    def where(self, asked: Fact) -> str:
        """Say where to get a fact that the registers do not settle for the person."""
        if asked.origin is Origin.REGISTER:
            return self.lacking
        words = where_known(asked)
        return words if self.own else _to_official(words)


def _to_official(words: str) -> str:
    return words.replace("由您自己填", "问本人").replace("凭证明", "看证明")


OFFICIAL = Voice(
    told="本人现场回答",
    weighed="核对“人员”页上的依据，请出错的部门更正",
    lacking="登记库里没有或者说不准，问本人或看材料",
)
SELF = Voice(
    told="您的回答",
    weighed="请到就业服务窗口查依据，由窗口请出错的部门更正",
    lacking="登记库里没有或者说不准，由您自己回答，申领时凭材料核对",
    own=True,
)

TOPICS: Mapping[str, str] = {
    "birth_month": "基本情况",
    "work_status": "工作与失业",
    "insured_by_employer": "在岗职工",
    "ui_county": "社会保险",
    "hard_to_employ": "就业困难与家庭",
    "registered_employed": "灵活就业",
    "in_welfare_post": "公益性岗位",
    "graduated": "毕业生与青年",
    "owns_business": "创业",
    "certificate_level": "技能与培训",
    "veteran": "退役军人",
    "work_region": "脱贫劳动力外出务工",
    "dispute_known": "争议与职业伤害",
    "home_urban": "家庭",
}
"""What facts are about, by the first fact of each topic in the order of the list."""


@dataclass(frozen=True, slots=True)
class Datum:
    """One datum: what it is, who says so and how new that is, and who puts it right.

    ``listed`` is false where the person is on none of the lists, which counts as no.
    """

    name: str
    label: str
    value: str
    source: str
    put_right: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What was told on the spot, what registers know, what is presumed, and what none knows."""

    told: tuple[Datum, ...]
    known: tuple[Datum, ...]
    presumed: tuple[Datum, ...]
    unknown: tuple[Datum, ...]


def brought_in(answers: Answers, held: Mapping[str, Holder], voice: Voice = OFFICIAL) -> BroughtIn:
    """Give every datum that bears on the person: not what another one rules out."""
    case, taken = answers.case(), answers.taken_as_known()
    told, known, presumed, unknown = [], [], [], []
    for name, about in facts().items():
        if about.entity not in answers.entities or not case.concerns(name):
            continue
        if name in answers.given:
            value = shown(about, answers.given[name])
            told.append(Datum(name, about.label, value, voice.told, _instead(name, taken, voice)))
        elif (found := taken.get(name)) is not None and found.month is None:
            presumed.append(
                Datum(name, about.label, shown(about, found.value), found.source, _AT_COUNTER)
            )
        elif found is not None:
            known.append(_known(about, found, taken, held, voice))
        elif about.origin is Origin.REGISTER and name in wanted_of(about.entity):
            unknown.append(_unknown(about, held, voice))
    return BroughtIn(tuple(told), tuple(known), tuple(presumed), tuple(unknown))


def brought_in_context(
    answers: Answers, held: Mapping[str, Holder], voice: Voice = OFFICIAL
) -> dict[str, Any]:
    """Give the groups of data with what each is called."""
    found = brought_in(answers, held, voice)
    return {
        "told": found.told,
        "known": found.known,
        "presumed": found.presumed,
        "unknown": found.unknown,
    }


def by_topic(data: Iterable[Datum]) -> list[tuple[str, list[Datum]]]:
    """Put data under what they are about, in the order of the list."""
    found: dict[str, list[Datum]] = {}
    for each in data:
        found.setdefault(topic_of(each.name), []).append(each)
    order = list(dict.fromkeys(TOPICS.values()))
    return sorted(found.items(), key=lambda item: order.index(item[0]))


def topic_of(name: str) -> str:
    """Give what a fact of a person or a household is about."""
    return _topics()[name]


@cache
def _topics() -> Mapping[str, str]:
    found, topic = {}, ""
    for name in facts():
        topic = TOPICS.get(name, topic)
        found[name] = topic
    return found


def _known(
    about: Fact,
    found: Known,
    taken: Mapping[str, Known],
    held: Mapping[str, Holder],
    voice: Voice,
) -> Datum:
    label, value = _words(about, found, taken, voice)
    absent = absent_words(about, found.value)
    source = f"{_source(about.name, held)}{absent}"
    right = _put_right(about.name, held, voice)
    return Datum(about.name, label, value, source, right, listed=not absent)


def _words(about: Fact, found: Known, taken: Mapping[str, Known], voice: Voice) -> tuple[str, str]:
    """Give what a datum is called and what it is, in words."""
    if voice.own and about.name in _OF_HOUSEHOLD:
        return _of_household(about.name, taken)
    if found.most is not None:
        most = f"{found.value:,.10g}至{shown(about, found.most)}（以前的没有报送，说不准）"
        return about.label, most
    return about.label, shown(about, found.value)


_OF_HOUSEHOLD = {
    "home_able": "家里有劳动年龄内、能工作的人",
    "home_unemployed": "家里能工作的人都没有工作",
    "home_employed": "家里有人有工作",
}
"""Facts that count members, as the household's: how many of them, and so who, is not said."""


def _of_household(name: str, taken: Mapping[str, Known]) -> tuple[str, str]:
    value, able = taken[name].value, taken.get("home_able")
    if name == "home_unemployed":
        words = _UNKNOWN if able is None else "是" if value >= able.value > 0 else "否"
    else:
        words = "有" if value > 0 else "没有"
    return _OF_HOUSEHOLD[name], words


def _unknown(about: Fact, held: Mapping[str, Holder], voice: Voice) -> Datum:
    known = bool(sources_of(about.name))
    source = f"{_source(about.name, held)}里没有" if known else "没有部门的记录能判定"
    return Datum(about.name, about.label, _UNKNOWN, source, _put_right(about.name, held, voice))


def _source(name: str, held: Mapping[str, Holder]) -> str:
    """Name the lists, each with how new it is."""
    words = []
    for each in (held[source] for source in sources_of(name)):
        newest = f"报到{month_label(each.month)}" if each.month else "还没有报送"
        words.append(f"{each.department}《{each.title}》（{newest}）")
    return "、".join(words) or WEIGHED


def _put_right(name: str, held: Mapping[str, Holder], voice: Voice) -> str:
    """Say who puts right what their lists say."""
    departments = dict.fromkeys(held[source].department for source in sources_of(name))
    if not departments:
        return voice.weighed
    return f"请{'、'.join(departments)}更正，随下次报送进登记库"


def _instead(name: str, taken: Mapping[str, Known], voice: Voice) -> str:
    """Say what registers have where somebody said otherwise."""
    found = taken.get(name)
    if found is None or found.month is None:
        return ""
    label, value = _words(fact(name), found, taken, voice)
    said = value if label == fact(name).label else f"{label}：{value}"
    return f"登记库里是“{said}”（{found.source}）"
