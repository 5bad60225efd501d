"""Tags and filters of the page kit: the frame of a page, and figures with all they need.

Include pieces: ``web/_breadcrumb.html`` (crumbs), ``web/_line_chart.html`` (chart, label, size).
The classes they and the pages use are listed at the top of ``web/app.css``.
"""

from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.http import urlencode

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.types import Figure
from leye.data.reference import places
from leye.doors.web.demo import demo_city
from leye.doors.web.reading import pool
from leye.kernel.errors import UnknownCode
from leye.service.identity.models import User

register = template.Library()

_NAV = (
    ("portal:home", "首页"),
    ("policies:home", "惠民政策"),
    ("portal:plan", "规划进度"),
    ("portal:atlas", "人力资源地图"),
    ("circle:circle", "就业服务圈"),
    ("portal:situation", "形势分析"),
    ("portal:series", "失业率走势"),
    ("portal:indicators", "指标口径"),
)


@register.inclusion_tag("web/_site_nav.html", takes_context=True)
def site_nav(context: dict[str, Any]) -> dict[str, Any]:
    """List the main sections, the one the page belongs to marked."""
    path = context["request"].path
    shown = [(reverse(name), text) for name, text in _NAV]
    over = [url for url, _ in shown if path == url or (url != "/" and path.startswith(url))]
    # One section lies under the address of another: the longest that fits is meant.
    here = max(over, key=len, default="")
    return {"links": [{"url": url, "text": t, "current": url == here} for url, t in shown]}


@register.inclusion_tag("web/_site_user.html", takes_context=True)
def site_user(context: dict[str, Any]) -> dict[str, Any]:
    """Offer large type, and signing in or out.

    No link carries the address of a screen, which would come into logs as a query.
    """
    request = context["request"]
    user, match = getattr(request, "user", None), request.resolver_match
    secret = match is not None and "token" in match.kwargs
    signed_in = isinstance(user, User)
    return {
        "big": request.COOKIES.get("big") == "1",
        "path": request.get_full_path() if request.method == "GET" and not secret else "/",
        "signed_in": signed_in,
        "name": user.display_name if isinstance(user, User) else "",
        "csrf": get_token(request) if signed_in else "",
    }


@register.inclusion_tag("web/_demo_bar.html")
def demo_bar() -> dict[str, Any]:
    """Say on every page that the data pool holds the demonstration city, where it does."""
    return {"demo": demo_city()}


@register.inclusion_tag("web/_site_facts.html")
def site_facts() -> dict[str, Any]:
    """Say which data version the page shows, and who runs the site where that is set."""
    release = pool().snapshot().manifest
    return {
        "release": release.number,
        "updated": release.created_at,
        "operator": list(settings.LEYE_SITE.items()),
    }


@register.inclusion_tag("web/_figure.html")
def figure(value: Figure) -> dict[str, Any]:
    """Show a figure's value with its unit, or the state it is in; never 0 for missing."""
    withdrawn = value.value is None and value.provenance is not None
    return {
        "value": "" if value.value is None else amount(value.value, _decimals(value.indicator)),
        "unit": value.unit,
        "public": value.public,
        "state": "已撤回" if withdrawn else value.state.label,
    }


@register.filter
def amount(value: Decimal | int, decimals: int | None = None) -> str:
    """Write a number with thousands apart; with ``decimals``, no more places than that.

    Trailing zeros are kept out, the number itself is never cut: 0.0043 with 2 places stays 0.0043.
    """
    number = Decimal(value)
    if decimals is not None:
        rounded = round(number, decimals)
        number = rounded if rounded or not number else number
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def rate(value: Decimal) -> str:
    """Write a published rate with one place at least, so that rates stand under one another."""
    text = amount(value)
    return text if "." in text else f"{text}.0"


@register.filter
def percent(share: Decimal | None) -> str:
    """Write a share from 0 to 1 as a percentage; a dash where there is none."""
    return "—" if share is None else f"{share * 100:.1f}%"


@register.filter
def place_name(code: str) -> str:
    """Give the name of a place; a code that left the list is shown as it is."""
    try:
        return places().get(code).name
    except UnknownCode:
        return code


@register.filter
def indicator_name(code: str) -> str:
    """Give the name of an indicator; a code that left the catalogue is shown as it is."""
    return catalogue().get(code).name if code in catalogue() else code


@register.filter
def figure_url(value: Figure) -> str:
    """Give the address of a figure's own page; empty for one that is missing or a sum."""
    found = value.provenance is not None or catalogue().get(value.indicator).formula is not None
    if not found or value.period is None or value.kind is None:
        return ""
    query = urlencode(
        {
            "indicator": value.indicator,
            "place": value.place,
            "period": str(value.period),
            "kind": value.kind.value,
        }
    )
    return f"{reverse('portal:figure')}?{query}"


@register.filter
def web_address(text: str) -> str:
    """Give a source's address when it is one a browser may follow, else an empty text."""
    return text if text.startswith(("https://", "http://")) else ""


def _decimals(indicator: str) -> int:
    return catalogue().get(indicator).decimals


@register.filter
def magnitude(value: Decimal) -> Decimal:
    """Give a number without its sign, for words that already say which way."""
    return abs(value)
