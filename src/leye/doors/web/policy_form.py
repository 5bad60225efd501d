"""One page of the questionnaire: what it shows, and what was filled in."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict

from leye.data.reference import places
from leye.decision.policy import Fact, InvalidFact, Kind, Origin, catalogue, fact
from leye.decision.policy.interview import Answers, Step

ELSEWHERE = 990000
"""Stands for a county outside the city: known, and in none of the rules' lists."""
_LONGEST = 40
_NAMED = 3
_CODES = re.compile(r"[A-Za-z_]")


@dataclass(frozen=True, slots=True)
class Field:
    """One fact on the page: how it is asked, and what stands in it.

    ``shape``: choice (of ``options``), month or number. ``value`` and ``part`` (the month of a
    year) are as typed.
    """

    name: str
    label: str
    shape: str
    unit: str
    options: tuple[tuple[str, str], ...]
    value: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was read from a page: stored values by fact, or an error and what was typed."""

    values: Mapping[str, float]
    error: str = ""
    typed: str = ""
    part: str = ""


def field_of(step: Step, answers: Answers, filled: Filled | None = None) -> Field:
    """Give the field of a step that asks one fact, as filled in before or just now."""
    asked = step.facts[0]
    value, part = ("", "") if filled is None else (filled.typed, filled.part)
    if filled is None:
        value, part = _written(asked, _present(answers, asked.name))
    shapes = {Kind.MONTH: "month", Kind.NUMBER: "number", Kind.MONEY: "number"}
    return Field(
        name=asked.name,
        label=asked.label,
        shape=shapes.get(asked.kind, "choice"),
        unit=asked.unit,
        options=_options(asked, step),
        value=value,
        part=part,
    )


def boxes_of(step: Step, answers: Answers) -> list[tuple[Fact, bool]]:
    """Give the facts of a checklist, each with whether it is ticked."""
    return [(each, _present(answers, each.name) == _YES) for each in step.facts]


def filled_in(step: Step, posted: QueryDict) -> Filled:
    """Read a page; a page that cannot be read gives an error in words."""
    if step.checklist:
        ticked = set(posted.getlist("yes"))
        return Filled({each.name: _YES if each.name in ticked else _NO for each in step.facts})
    asked = step.facts[0]
    typed = unicodedata.normalize("NFKC", posted.get("value", "")).strip()[: _LONGEST + 1]
    part = posted.get("part", "").strip()[:2]
    if len(typed) > _LONGEST:
        return Filled({}, error="填得太长了", typed=typed[:_LONGEST], part=part)
    try:
        return Filled({asked.name: _stored(asked, step, typed, part)})
    except InvalidFact as error:
        said = f"{error.detail}。{error.hint}" if error.hint else error.detail
        return Filled({}, error=said, typed=typed, part=part)


def why_asked(step: Step) -> tuple[tuple[str, ...], int]:
    """Give the titles of some programmes that need the answer, and how many more do."""
    titles = tuple(catalogue()[name].title for name in step.needed_for)
    return titles[:_NAMED], max(0, len(titles) - _NAMED)


def where_known(asked: Fact) -> str:
    """Say in plain words who has a fact."""
    named = [part for part in re.split("[；;]", asked.source) if not _CODES.search(part)]
    if asked.origin is Origin.APPLICANT:
        return "由您自己填" + (f"（{named[0]}）" if named else "")
    if asked.origin is Origin.CERTIFICATE:
        return "凭证明或名单" + (f"：{'、'.join(named)}" if named else "")
    return "就业和社保经办机构的登记库里有，窗口可查"


def shown(asked: Fact, value: float) -> str:
    """Give the words of a stored value."""
    if asked.kind is Kind.PLACE and value == ELSEWHERE:
        return _ELSEWHERE_ZH
    if asked.kind in {Kind.NUMBER, Kind.MONEY}:
        return f"{value:,.10g}{asked.unit}"
    return asked.show(value)


_YES, _NO = 2.0, 0.0
_ELSEWHERE_ZH = "宜春市以外"
_ANSWERS = (("yes", "是"), ("no", "否"))


def _present(answers: Answers, name: str) -> float | None:
    if name in answers.given:
        return answers.given[name]
    if fact(name).entity == "household":
        # What registers count of a household is other people's, too: it is not put into a field.
        return None
    known = answers.taken_as_known().get(name)
    return None if known is None else known.value


def _options(asked: Fact, step: Step) -> tuple[tuple[str, str], ...]:
    if asked.kind is Kind.ANSWER:
        return _ANSWERS
    if asked.kind is Kind.CHOICE:
        return tuple(step.options.items())
    if asked.kind is Kind.PLACE:
        counties = places().children(settings.LEYE_CITY)
        return (*((each.code, each.name) for each in counties), (str(ELSEWHERE), _ELSEWHERE_ZH))
    return ()


def _written(asked: Fact, value: float | None) -> tuple[str, str]:
    if value is None:
        return "", ""
    if asked.kind is Kind.ANSWER:
        return "yes" if value == _YES else "no", ""
    if asked.kind is Kind.CHOICE:
        return list(asked.options)[int(value) - 1], ""
    if asked.kind is Kind.PLACE:
        return str(int(value)), ""
    if asked.kind is Kind.MONTH:
        return str(int(value) // 100), str(int(value) % 100)
    return f"{value:.10g}", ""


def _stored(asked: Fact, step: Step, typed: str, part: str) -> float:
    if asked.kind is Kind.MONTH:
        return _month(asked, typed, part)
    if asked.kind in {Kind.NUMBER, Kind.MONEY}:
        return _number(asked, typed)
    if typed not in dict(_options(asked, step)):
        raise InvalidFact("还没有选", hint="请选一项；不知道就点“不知道，跳过”")
    return asked.read(typed)


def _month(asked: Fact, year: str, month: str) -> float:
    if not year or not month:
        raise InvalidFact("年份和月份都要填", hint="不知道就点“不知道，跳过”")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and month.isdigit()):
        raise InvalidFact(f"“{year}”不是年份", hint="请填四位数字，如 1985")
    return asked.read(f"{year}{int(month):02d}")


def _number(asked: Fact, typed: str) -> float:
    plain = re.sub(r"[,\s]", "", typed).removesuffix(asked.unit or " ").removesuffix("元")
    if not plain:
        raise InvalidFact("还没有填", hint="请填数字；不知道就点“不知道，跳过”")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise InvalidFact(f"“{typed}”不是数", hint="请填阿拉伯数字，如 3000")
    return asked.read(plain)
