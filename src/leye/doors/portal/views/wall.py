"""The wall 大屏: pages for a hall, and for a screen that staff opened an address for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from leye.doors.portal.wall.book import Book, Screen, as_of, book_for, public_screen, state_for
from leye.doors.web.caching import public_page
from leye.doors.web.demo import demo_city
from leye.kernel.errors import NotFound, UnknownCode
from leye.kernel.place import PUBLIC, Scope
from leye.service.identity.perms import holds, viewer_scope
from leye.service.identity.roles import Permission
from leye.service.identity.screens import screen_of

TURN_SECONDS, POLL_SECONDS = 20, 60
"""How long a page stands, never under 15; how often a screen asks for news."""


class NoScreen(NotFound):
    """The address is of no screen, or no longer."""

    code = "no_screen"
    title = "这个大屏地址不能使用"


@dataclass(frozen=True, slots=True)
class Opened:
    """A screen with its addresses; ``label`` says whose screen it is, blank for everybody's."""

    screen: Screen
    token: str = ""
    label: str = ""

    def url(self, slug: str = "") -> str:
        """Give the address of a page."""
        if not self.token:
            return reverse("wall:page", args=[slug]) if slug else reverse("wall:wall")
        given = [self.token, slug] if slug else [self.token]
        return reverse("wall:screen_page" if slug else "wall:screen", args=given)

    def tables_url(self, slug: str) -> str:
        """Give the address of a page's tables."""
        if self.token:
            return reverse("wall:screen_tables", args=[self.token, slug])
        return reverse("wall:tables", args=[slug])

    @property
    def state_url(self) -> str:
        """Give the address asked for every minute."""
        if self.token:
            return reverse("wall:screen_state", args=[self.token])
        return reverse("wall:state")


@public_page
def public(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show a page to everybody, from the protected copy whoever looks."""
    return _page(request, Opened(public_screen()), slug)


@public_page
def public_tables(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the numbers of a page as tables."""
    return _tables(request, Opened(public_screen()), slug)


@require_safe
def public_state(_request: HttpRequest) -> HttpResponse:
    """Say which version of the data there is."""
    return _state()


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open the screen of a token, and keep its address out of caches, logs and search."""

    @wraps(view)
    @require_safe
    @sensitive_variables("token")
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        found = screen_of(token, at=timezone.now())
        if found is None:
            raise NoScreen(
                "地址写错了，或者已经到期、停用", hint="请向开设大屏的工作人员要新的地址"
            )
        # The address stands for the one who opened it: it shows no more than they may see today.
        may = viewer_scope(found.issued_by).covers(found.place)
        screen = Screen(
            found.place,
            protected=False,
            named=found.shows_firms,
            scope=Scope.of([found.place]) if may else PUBLIC,
            warned=holds(found.issued_by, Permission.READ_MONITORING, found.place),
        )
        response = view(request, Opened(screen, token, found.label), **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@_private
def screen(request: HttpRequest, opened: Opened, slug: str = "") -> HttpResponse:
    """Show a page of a screen that staff opened: exact, read only."""
    return _page(request, opened, slug)


@_private
def screen_tables(request: HttpRequest, opened: Opened, slug: str) -> HttpResponse:
    """Show the numbers of such a page as tables."""
    return _tables(request, opened, slug)


@_private
def screen_state(_request: HttpRequest, opened: Opened) -> HttpResponse:
    """Say which version of the data there is; not found once the screen is shut."""
    return _state(warned=opened.screen.warned)


def _page(request: HttpRequest, opened: Opened, slug: str) -> HttpResponse:
    book = book_for(opened.screen, on=timezone.localdate(), slug=slug)
    page = book.page(slug) if slug else book.pages[0]
    if page is None:
        raise UnknownCode("大屏页面", slug, near=[each.slug for each in book.pages])
    return render(request, "portal/wall.html", {**_context(opened, book, page.slug), "page": page})


def _tables(request: HttpRequest, opened: Opened, slug: str) -> HttpResponse:
    book = book_for(opened.screen, on=timezone.localdate(), slug=slug)
    page = book.page(slug)
    if page is None:
        raise UnknownCode("大屏页面", slug, near=[each.slug for each in book.pages])
    shown = _context(opened, book, slug)
    crumbs = [("大屏", shown["wall_url"]), (f"{page.title}的表", "")]
    context = {**shown, "page": page, "crumbs": crumbs}
    return render(request, "portal/wall_tables.html", context)


def _state(*, warned: bool = False) -> JsonResponse:
    response = JsonResponse(dict(state_for(on=timezone.localdate(), warned=warned)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(opened: Opened, book: Book, slug: str) -> dict[str, Any]:
    first = book.pages[0].slug
    return {
        "book": book,
        "links": [
            {
                "number": number,
                "slug": each.slug,
                "title": each.title,
                "url": opened.url("" if each.slug == first else each.slug),
                "current": each.slug == slug,
            }
            for number, each in enumerate(book.pages, 1)
        ],
        "tables_url": opened.tables_url(slug),
        "wall_url": opened.url("" if slug == first else slug),
        "state_url": opened.state_url,
        "state": dict(state_for(on=timezone.localdate(), warned=opened.screen.warned)),
        "protected": opened.screen.protected,
        "label": opened.label,
        "as_of": as_of(),
        "turn_seconds": TURN_SECONDS,
        "poll_seconds": POLL_SECONDS,
        "demo": demo_city() is not None,
    }
