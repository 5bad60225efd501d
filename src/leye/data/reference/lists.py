"""The lists themselves, read once per process."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from leye.data.reference.calendar import ArrangedDay, Calendar, DayKind
from leye.data.reference.classification import Classification, Entry
from leye.data.reference.editions import edition_of, rows_of
from leye.data.reference.occupations import read_occupations
from leye.data.reference.places import Place, Places
from leye.data.reference.points import Point
from leye.kernel.place import PlaceLevel

_PLACES = "places_yichun_2023.csv"
_OCCUPATIONS = "occupations_csco_2022.csv"
_TITLES = "job_titles_labelled_2022.csv"
_INDUSTRIES = "industries_gbt4754_2017.csv"
_KEY_GROUPS = "key_groups_2021.csv"
_HOLIDAYS = "holidays_2010_2026.csv"
_SPRING = "spring_festival_2010_2035.csv"
_POINTS = "town_points_geonames_2026.csv"


@cache
def places() -> Places:
    """Give the nation, the province, the city and everything below it (statistical codes, 2023)."""
    rows = (
        Place(row["code"], row["name"], PlaceLevel(row["level"]), row["parent_code"] or None)
        for row in rows_of(_PLACES)
    )
    return Places(rows, edition=edition_of(_PLACES))


@cache
def occupations() -> Classification:
    """Give the occupations of CSCO 2022, in four levels, with the flaws of the list."""
    edition = edition_of(_OCCUPATIONS)
    entries, flaws = read_occupations(rows_of(_OCCUPATIONS), valid_from=edition.valid_from)
    return Classification(entries, edition=edition, kind="职业", flaws=flaws)


@cache
def labelled_titles() -> tuple[tuple[str, str, str], ...]:
    """Give job titles as advertised, each with an occupation's code ("" if not given) and name.

    About one label in six is wrong.
    """
    columns = ("job_name", "expected_code", "expected_name")
    return tuple(
        (row[columns[0]].strip(), row[columns[1]].strip(), row[columns[2]].strip())
        for row in rows_of(_TITLES)
    )


@cache
def industries() -> Classification:
    """Give the sections (门类, level 1) and divisions (大类, level 2) of GB/T 4754-2017."""
    edition = edition_of(_INDUSTRIES)
    entries = [
        Entry(
            code=row["code"],
            name=row["name"],
            level=int(row["level"]),
            parent=row["parent"] or None,
            valid_from=edition.valid_from,
        )
        for row in rows_of(_INDUSTRIES)
    ]
    return Classification(entries, edition=edition, kind="行业")


@cache
def key_groups() -> Classification:
    """Give the groups employment policy names (重点群体), each with what it rests on."""
    entries = [
        Entry(
            code=row["code"],
            name=row["name"],
            level=1,
            parent=None,
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            name_en=row["name_en"],
            definition=row["definition"],
            basis=row["basis"],
        )
        for row in rows_of(_KEY_GROUPS)
    ]
    return Classification(entries, edition=edition_of(_KEY_GROUPS), kind="重点群体")


@cache
def calendar() -> Calendar:
    """Give the working calendar: arrangements 2010 to 2026, Spring Festivals 2010 to 2035."""
    arranged = {}
    for row in rows_of(_HOLIDAYS):
        day = date.fromisoformat(row["date"])
        arranged[day] = ArrangedDay(day, DayKind(row["day"]), row["holiday"])
    spring = {int(row["year"]): date.fromisoformat(row["first_day"]) for row in rows_of(_SPRING)}
    return Calendar(edition=edition_of(_HOLIDAYS), arranged=arranged, spring_festivals=spring)


@cache
def town_points() -> Mapping[str, Point]:
    """Give the towns a gazetteer locates, by place code; the others have no point.

    GeoNames, CC BY 4.0: the source must be named wherever the points are shown.
    """
    source = edition_of(_POINTS).source
    return MappingProxyType(
        {
            row["place"]: Point(
                place=row["place"],
                lng=float(row["lng"]),
                lat=float(row["lat"]),
                source=source,
                accuracy_m=int(row["accuracy_m"]),
            )
            for row in rows_of(_POINTS)
        }
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
