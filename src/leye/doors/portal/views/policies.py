"""The policies for everybody: where to start, every rule with its reasons, what changed when."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from leye.decision.policy import Listing, catalogue, listing
from leye.decision.policy.examples import examples
from leye.decision.policy.explaining import ROUNDED
from leye.decision.policy.worked import worked
from leye.doors.portal import policy_history, policy_rules, policy_words
from leye.doors.portal.policy_rules import filter_of, filtered, rows_at
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.kernel.errors import InvalidInput, UnknownCode
from leye.kernel.months import month_of

_LATEST = 5
_DAYS_A_PAGE = 20
_FORMS = ("xlsx", "csv")


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, and where a person, a firm and a curious reader begin."""
    rows = rows_at(_month())
    context = {
        "counts": [
            (who, words, sum(each.listing.who == who for each in rows))
            for who, words in policy_rules.WHO_ZH.items()
        ],
        "total": len(rows),
        "running": sum(each.force != "failing" for each in rows),
        "latest": [
            (day, lines) for day, lines in policy_history.changes() if day <= timezone.localdate()
        ][:_LATEST],
    }
    return render(request, "portal/policies.html", context)


@public_page
def rules(request: HttpRequest) -> HttpResponse:
    """List the programmes, searched and filtered."""
    chosen = filter_of(request.GET)
    rows = rows_at(_month())
    context = {
        "rows": filtered(rows, chosen),
        "total": len(rows),
        "chosen": chosen,
        "filters": [
            (name, label, policy_rules.choices()[name], getattr(chosen, name))
            for name, label in _FILTERS
        ],
        "query": urlencode(chosen.query()),
        "crumbs": [("惠民政策", reverse("policies:home")), ("政策规则", "")],
    }
    return render(request, "portal/rules.html", context)


@public_page
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """Show all there is to say of one programme."""
    about = listing(name)
    now = _month()
    month = policy_words.asked_month(request.GET, name, now)
    row = next(each for each in rows_at(now) if each.listing is about)
    histories = policy_history.histories(name, max(now, month))
    sums = policy_history.now_lines(policy_rules.sum_parameters(name), month)
    others = _others(name, month)
    context = {
        "about": about,
        "row": row,
        "now": now,
        "month": month,
        "words": policy_words.shown(about, month, histories, (*sums, *others)),
        "joined": policy_words.JOINED_ZH,
        "worked": worked(name),
        "rounded": ROUNDED,
        "holders": policy_rules.holders(name),
        "sum_values": sums,
        "other_values": others,
        "histories": histories,
        "changes": policy_history.changes_of(name),
        "sources": policy_history.sources_of(name),
        "excludes": _listed(about.excludes),
        "stacks": _listed(about.stacks_with),
        "examples": examples(name),
        "start": "policies:firm" if about.who == "employer" else "policies:check",
        "crumbs": [
            ("惠民政策", reverse("policies:home")),
            ("政策规则", reverse("policies:rules")),
            (about.title, ""),
        ],
    }
    return render(request, "portal/rule.html", context)


@public_page
def changes(request: HttpRequest) -> HttpResponse:
    """Show what changed in the law, the latest first."""
    pages = Paginator(policy_history.changes(), _DAYS_A_PAGE)
    given = request.GET.get("page", "1")
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= pages.num_pages):
        raise InvalidInput("没有这一页", hint=f"页码从 1 到 {pages.num_pages}")
    context = {
        "page": pages.page(int(given)),
        "today": timezone.localdate(),
        "crumbs": [("惠民政策", reverse("policies:home")), ("规定的变化", "")],
    }
    return render(request, "portal/rule_changes.html", context)


@public_page
def rules_export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the programmes of the filter as a file."""
    cells = policy_rules.export_cells(filtered(rows_at(_month()), filter_of(request.GET)))
    notes = [("截至", _month_words()), ("说明", "估算依据；是否享受由经办窗口决定")]
    return _file(request, "政策规则", policy_rules.HEADER, cells, form, notes)


@public_page
def values_export(request: HttpRequest, form: str) -> HttpResponse:
    """Give every number of the law with its dates, documents and sources as a file."""
    notes = [
        ("数值", "从“起”这一天开始执行；比例写作百分数"),
        ("未核对", "推算的，或者没有和文件原件核对过"),
    ]
    cells = policy_history.export_cells()
    return _file(request, "政策参数", policy_history.HEADER, cells, form, notes)


_FILTERS = (
    *(("who", "对象"), ("paid", "怎样给"), ("fund", "资金")),
    *(("status", "核对情况"), ("force", "现在")),
)


def _file(
    request: HttpRequest,
    name: str,
    header: tuple[str, ...],
    cells: list[tuple[str, ...]],
    form: str,
    notes: list[tuple[str, str]],
) -> HttpResponse:
    if form not in _FORMS:
        raise UnknownCode("文件格式", form, near=_FORMS)
    record_export(request, "policies", rows=len(cells))
    if form == "csv":
        return csv_response(name, header, cells)
    return xlsx_response(name, header, cells, notes=notes)


def _others(name: str, month: int) -> list[policy_history.ValueLine]:
    used = {each.path for each in policy_rules.sum_parameters(name)}
    left = [each for each in policy_rules.parameters_of(name) if each.path not in used]
    return policy_history.now_lines(left, month)


def _listed(names: tuple[str, ...]) -> list[Listing]:
    return [catalogue()[name] for name in names if name in catalogue()]


def _month() -> int:
    return month_of(timezone.localdate())


def _month_words() -> str:
    return f"{_month() // 100}年{_month() % 100}月"
