"""The policies: the list, one with its conditions, and what follows for a case.

A case is answered and forgotten: neither it nor the answer is stored or logged.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router

from leye.decision.policy import (
    Answered,
    Case,
    Checked,
    Fact,
    Listing,
    Missing,
    amount_reads,
    catalogue,
    check,
    fact,
    in_force,
    listing,
    programme,
    system,
)
from leye.decision.policy.explaining import ConditionWords, explain
from leye.decision.policy.programmes import Programme
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.errors import InvalidParameter
from leye.doors.api.figures import decimal_text
from leye.doors.api.paging import PageQuery, page
from leye.doors.api.policy_schemas import CaseBody, CheckBody, PolicyDetail, PolicyPage
from leye.kernel.months import month_of, valid_month

router = Router(tags=["政策"])

_NOTICE = "这是估算，不是审批；能不能享受、给多少，由经办窗口核对材料后决定。"
_WHO = {"person": "个人", "household": "家庭", "employer": "用人单位"}


class PoliciesQuery(PageQuery):
    """Which policies."""

    who: str | None = Field(None, max_length=20, description="person、household 或 employer")
    q: str | None = Field(None, max_length=50, description="名称、适用人群、内容或依据中含有的文字")


@router.get(
    "/policies",
    response={200: PolicyPage, **ANSWERS},
    summary="全部政策",
    description="按代码排序，可按对象或文字筛选。",
    url_name="policies",
    operation_id="list_policies",
    openapi_extra=example("/api/v1/policies?who=person&limit=10"),
)
def list_policies(request: HttpRequest, query: Query[PoliciesQuery]) -> dict[str, Any]:
    """Give the policies for somebody, or those whose words hold a text."""
    if query.who is not None and query.who not in _WHO:
        raise InvalidParameter(f"没有“{query.who}”这一类对象", hint=f"可以用：{'、'.join(_WHO)}")
    month = _this_month()
    return page(
        request,
        query,
        select=lambda _reading: [each for each in catalogue().values() if _wanted(each, query)],
        key=lambda each: (each.id,),
        body=lambda each: _body(each, month),
        empty="没有符合的政策。",
    )


@router.post(
    "/policies/check",
    response={200: CheckBody, **ANSWERS},
    summary="判断一个人、家庭或单位能享受什么",
    description=(
        "用 POST 发送 JSON，最大 256 KB。只判断写到的对象的政策。不保存、不记录发来的内容。"
        "事实的代码见每项政策的 facts。"
    ),
    url_name="policy_check",
    operation_id="check_case",
    openapi_extra={
        "x-body": {
            "month": "2025-01",
            "person": {
                "ui_county": "360902",
                "ui_months": 62,
                "job_end_reason": "dismissed",
                "registered_unemployed": "yes",
            },
            "programmes": ["unemployment_benefit"],
        }
    },
)
def check_case(request: HttpRequest, case: CaseBody) -> dict[str, Any]:  # noqa: ARG001 - the framework passes it by this name
    """Answer for a case."""
    month = _this_month() if case.month is None else _month(case.month)
    given = {who: facts for who in _WHO if (facts := getattr(case, who)) is not None}
    if not given:
        raise InvalidParameter("没有写任何对象", hint=f"至少写一组：{'、'.join(_WHO)}")
    wanted = None if case.programmes is None else [listing(each).id for each in case.programmes]
    read = Case.of(**given)
    answers = check(read, month, wanted)
    return {
        "month": _month_text(month),
        "notice": _NOTICE,
        "answers": [_answer(each) for each in answers],
    }


@router.get(
    "/policies/{name}",
    response={200: PolicyDetail, **ANSWERS},
    summary="一项政策的条件和要看的事实",
    description="代码不存在时返回 404，并给出相近的代码。条件里的数值是本月的。",
    url_name="policy",
    operation_id="get_policy",
    openapi_extra=example("/api/v1/policies/unemployment_benefit"),
)
def get_policy(
    request: HttpRequest,  # noqa: ARG001 - the framework passes it by this name
    name: Annotated[str, Path(description="政策代码")],
) -> dict[str, Any]:
    """Give one policy with its conditions."""
    found, month = listing(name), _this_month()
    about, rules = programme(found.id), system()
    reads = [rules.condition_reads(about.name, each.name) for each in about.every_condition]
    reads.append(amount_reads(rules, about))
    facts = dict.fromkeys(each for read in reads for each in read.facts)
    told = explain(found.id, month)
    return _body(found, month) | {
        "conditions": [_condition(about, each) for each in told.conditions],
        "formula": [
            *(line.text for term in (*told.terms, *told.sum_terms) for line in term.lines),
            *(line.text for line in told.steps),
        ],
        "exceptions": [line.text for line in told.exceptions],
        "stops": [line.text for line in told.stops],
        "facts": [_fact(fact(each)) for each in facts],
        "parameters": list(dict.fromkeys(path for read in reads for path in read.parameters)),
    }


def _wanted(each: Listing, query: PoliciesQuery) -> bool:
    if query.who is not None and each.who != query.who:
        return False
    words = (each.id, each.title, each.title_en, each.beneficiaries, each.gives)
    whole = "\n".join([*words, *each.references])
    return query.q is None or query.q.casefold() in whole.casefold()


def _body(each: Listing, month: int) -> dict[str, Any]:
    names = ("id", "title", "title_en", "who", "beneficiaries", "gives", "fund", "status")
    lists = ("evidence", "references", "excludes", "stacks_with")
    return (
        {name: getattr(each, name) for name in (*names, "where", "plan", "notes")}
        | {name: list(getattr(each, name)) for name in lists}
        | {"paid": each.paid.value, "in_force": in_force(month)[each.id]}
    )


def _condition(about: Programme, each: ConditionWords) -> dict[str, Any]:
    return {
        "name": each.name,
        "sentence": "".join(part.text for part in each.parts),
        "basis": each.basis,
        "details": [
            {"joined": detail.joined.value, "lines": [line.text for line in detail.lines]}
            for detail in each.details
        ],
        "facts": list(system().condition_reads(about.name, each.name).facts),
    }


def _fact(each: Fact) -> dict[str, Any]:
    names = ("name", "entity", "label", "question", "unit", "sensitive")
    shown = {name: getattr(each, name) for name in names}
    return shown | {"kind": each.kind.value, "options": dict(each.options)}


def _answer(each: Answered) -> dict[str, Any]:
    return {
        "programme": each.programme,
        "title": catalogue()[each.programme].title,
        "outcome": each.outcome.name.lower(),
        "amount": decimal_text(each.amount),
        "full": decimal_text(each.full),
        "months": each.months,
        "conditions": [_checked(c) for c in each.conditions],
        "nearest": [c.name for c in each.nearest],
        "amount_missing": [_missing(m) for m in each.amount_missing],
        "rests_on_unverified": [
            {"path": u.path, "label": u.label, "value": decimal_text(u.value), "note": u.note}
            for u in each.rests_on_unverified
        ],
    }


def _checked(each: Checked) -> dict[str, Any]:
    return {
        "name": each.name,
        "result": each.result,
        "sentence": each.sentence,
        "basis": each.basis,
        "changes": each.changes.value,
        "gap": decimal_text(each.gap),
        "gap_unit": each.gap_unit,
        "missing": [_missing(m) for m in each.missing],
    }


def _missing(each: Missing) -> dict[str, Any]:
    origin = None if each.origin is None else each.origin.value
    return {"name": each.name, "label": each.label, "origin": origin, "source": each.source}


def _month(text: str) -> int:
    digits = text.replace("-", "")
    if len(text) == 7 and text[4] == "-" and digits.isascii() and digits.isdigit():
        month = int(digits)
        if valid_month(month):
            return month
    raise InvalidParameter(f"“{text}”不是月份", hint="月份写作 2025-01")


def _month_text(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"


def _this_month() -> int:
    return month_of(timezone.localdate())
