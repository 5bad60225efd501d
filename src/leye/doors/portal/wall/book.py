"""The pages of a screen together, put together once for each version of the data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone

from leye.analysis.atlas.situation_words import month_code, month_name
from leye.analysis.metrics import Evaluator, catalogue, score_all
from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import RegisterFigures
from leye.data.registers.queries.served import Served
from leye.doors.portal.wall.employers import employers
from leye.doors.portal.wall.groups import groups
from leye.doors.portal.wall.movement import movement
from leye.doors.portal.wall.overview import overview
from leye.doors.portal.wall.panels import Page
from leye.doors.portal.wall.plan import plan_page
from leye.doors.portal.wall.reading import Reader
from leye.doors.portal.wall.warnings import NOT_SHOWN, stamp, warnings
from leye.doors.web.atlas import served_copy
from leye.doors.web.demo import demo_city
from leye.doors.web.reading import pool, targets
from leye.doors.web.situation import situation_of
from leye.kernel.place import PUBLIC, Scope


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen may show: a place, exact or protected, with or without names of firms.

    ``scope`` are the places whose unpublished figures the page of the plan may show; ``warned``
    whether warnings may be shown, which nobody has released.
    """

    place: str
    protected: bool
    named: bool
    scope: Scope
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """The pages of a screen. ``month`` is 0 where no month of the registers was built yet."""

    title: str
    month: int
    pages: tuple[Page, ...]

    @property
    def month_name(self) -> str:
        """The month the figures are of, in Chinese."""
        return month_name(self.month) if self.month else ""

    def page(self, slug: str) -> Page | None:
        """Give a page; None where there is none of that name."""
        return next((page for page in self.pages if page.slug == slug), None)


def public_screen() -> Screen:
    """Give the screen that may hang in a hall: the city, protected, no names."""
    return Screen(settings.LEYE_CITY, protected=True, named=False, scope=PUBLIC)


def book_for(screen: Screen, *, on: date, slug: str = "") -> Book:
    """Give the pages of a screen, one of which is to be shown; the plan is judged on a day.

    The page of warnings is put together anew each time it is shown: its clocks run.
    """
    book = _book(served_copy(), str(settings.LEYE_POOL), _release(), screen, on)
    if not screen.warned:
        return book
    page = NOT_SHOWN
    if slug == NOT_SHOWN.slug:
        page = warnings(screen.place, at=timezone.now(), named=screen.named)
    return replace(book, pages=(*book.pages, page))


def state_for(*, on: date, warned: bool = False) -> Mapping[str, str | int]:
    """Give what a screen asks for every minute: another answer means that there is something new.

    ``program`` changes with the drawing program itself; ``warned``: the screen shows warnings.
    """
    copy = served_copy()
    built = copy is not None and bool(copy.months)
    demo, moment = demo_city(), as_of()
    return {
        "release": copy.release if copy else 0,
        "figures": _release(),
        "month": month_code(copy.months[-1]) if copy is not None and built else "",
        "as_of": moment.isoformat(timespec="seconds") if moment else "",
        "day": on.isoformat(),
        "demo": demo.mark if demo else "",
        "warnings": stamp() if warned else "",
        "program": f"{static('web/wall.js')} {static('web/wall.css')}",
    }


def as_of() -> datetime | None:
    """Give when the latest data came in; None for an empty pool."""
    return pool().snapshot().manifest.created_at


def _release() -> int:
    return pool().snapshot().release


@lru_cache(maxsize=16)
def _book(copy: Served | None, _pool: str, release: int, screen: Screen, on: date) -> Book:
    pages: list[Page] = []
    month = 0
    if copy is not None and copy.months:
        month = copy.months[-1]
        figures = RegisterFigures(copy, protected=screen.protected)
        reader = Reader(figures, screen.place, month)
        found = situation_of(
            copy, figures, place=screen.place, month=month, protected=screen.protected
        )
        pages = [
            overview(reader, found),
            movement(reader),
            groups(reader),
            employers(reader, named=screen.named),
        ]
    if screen.place == settings.LEYE_CITY:
        pages.append(_plan(release, screen, on))
    return Book(place_label(screen.place), month, tuple(pages))


def _plan(release: int, screen: Screen, on: date) -> Page:
    evaluator = Evaluator(pool().snapshot(release), catalogue=catalogue(), scope=screen.scope)
    return plan_page(score_all(targets(), evaluator, on=on))
