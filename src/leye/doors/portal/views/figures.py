"""Definitions, and any one figure with its source and its earlier versions."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.metrics import Evaluator, Figure, FigureKind, catalogue
from leye.data.pool.types import Delivery, UnknownDelivery
from leye.data.reference import places
from leye.doors.web.caching import public_page
from leye.doors.web.reading import evaluator_for, pool, targets
from leye.doors.web.templatetags.web import place_name
from leye.kernel.errors import InvalidInput, NotFound
from leye.kernel.period import Period, sort_key
from leye.kernel.place import NATION
from leye.service.identity.perms import viewer_scope

_PERIODS_NAMED = 6


class NoSuchFigure(NotFound):
    """Nobody delivered this figure, or not for the asker to see."""

    code = "no_such_figure"
    title = "没有这个数"


@public_page
def indicators(request: HttpRequest) -> HttpResponse:
    """List every definition by theme, or those a search finds."""
    wanted = request.GET.get("q", "").strip()
    themes = [
        (theme, shown)
        for theme, members in catalogue().themes().items()
        if (
            shown := [each for each in members if _fits(wanted, each.name, each.name_en, each.code)]
        )
    ]
    context = {"themes": themes, "q": wanted, "total": len(catalogue())}
    return render(request, "portal/indicators.html", context)


@public_page
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show one definition, the targets that use it, and every figure of it."""
    found = catalogue().get(code)
    evaluator = evaluator_for(request)
    context = {
        "indicator": found,
        "formula": found.formula
        and (catalogue().get(found.formula.numerator), catalogue().get(found.formula.denominator)),
        "targets": [each for each in targets() if each.indicator == code],
        "figures": sorted(
            evaluator.current([code]),
            key=lambda f: (f.place, -(f.period.end.toordinal() if f.period else 0)),
        ),
        "crumbs": [("指标口径", reverse("portal:indicators")), (found.name, "")],
    }
    return render(request, "portal/indicator.html", context)


@public_page
def figure(request: HttpRequest) -> HttpResponse:
    """Show one figure: value, source, the delivery it came from, and every earlier version."""
    query = {name: request.GET.get(name, "") for name in ("indicator", "place", "period", "kind")}
    missing = [name for name, value in query.items() if not value]
    if missing:
        raise InvalidInput("网址缺少 " + "、".join(missing), hint="请从表格里点开一个数")
    found = catalogue().get(query["indicator"])
    place = places().get(query["place"])
    period = Period.parse(query["period"])
    kind = _kind(query["kind"])
    evaluator = evaluator_for(request)
    versions = evaluator.history(found.code, place.code, period, kind)
    shown = versions[0] if versions else _computed(evaluator, found.code, place.code, period, kind)
    if shown is None:
        raise NoSuchFigure(
            f"没有您可以查看的这个数：{place.name}{period.label}的{found.name}（{kind.label}）",
            hint=_other_periods(evaluator, found.code, place.code),
        )
    context = {
        "figure": shown,
        "indicator": found,
        "place": place,
        "origin": _origin(request, shown),
        "versions": [(each, _origin(request, each)) for each in versions],
        "crumbs": [
            ("指标口径", reverse("portal:indicators")),
            (found.name, reverse("portal:indicator", args=[found.code])),
            (f"{place.name} {period.label}", ""),
        ],
    }
    return render(request, "portal/figure.html", context)


def _computed(
    evaluator: Evaluator, indicator: str, place: str, period: Period, kind: FigureKind
) -> Figure | None:
    """Give a figure that a formula makes; nobody delivers those, so they have no versions."""
    same = [f for f in evaluator.figures(indicator, place) if f.period == period and f.inputs]
    return next((figure for figure in same if figure.kind is kind), None)


def _other_periods(evaluator: Evaluator, indicator: str, place: str) -> str:
    known = {
        f.period for f in evaluator.figures(indicator, place) if f.period and f.value is not None
    }
    latest = sorted(known, key=sort_key, reverse=True)[:_PERIODS_NAMED]
    if not latest:
        return "这个地区还没有这个指标的数，请在指标页查看已有的地区"
    return "已有的时期：" + "、".join(period.label for period in latest)


@dataclass(frozen=True, slots=True)
class Origin:
    """The delivery behind a figure, and whether the asker may open its record."""

    delivery: Delivery
    opens: bool

    @property
    def sender(self) -> str:
        """Who handed it in, in words; published figures were gathered for the nation."""
        if self.delivery.place == NATION:
            return "从公开资料汇集"
        return f"{place_name(self.delivery.place)}报送"


def _origin(request: HttpRequest, figure: Figure) -> Origin | None:
    """Give a figure's delivery: to those entitled to open, else in summary.

    None for a computed figure, and where the delivery holds an internal row of the asker's place
    but was sent by somebody above.
    """
    if figure.provenance is None:
        return None
    snapshot, number = pool().snapshot(), figure.provenance.delivery
    try:
        return Origin(snapshot.delivery(number, scope=viewer_scope(request.user)), opens=True)
    except UnknownDelivery:
        pass
    try:
        return Origin(snapshot.delivery_summary(number), opens=False)
    except UnknownDelivery:
        return None


def _kind(given: str) -> FigureKind:
    try:
        return FigureKind(given)
    except ValueError:
        known = "、".join(f"{kind.value}（{kind.label}）" for kind in FigureKind)
        raise InvalidInput(f"没有“{given}”这种数据性质", hint=f"可以用：{known}") from None


def _fits(wanted: str, *texts: str) -> bool:
    return not wanted or any(wanted.casefold() in text.casefold() for text in texts)
