"""A city made up cell by cell, read like a serving copy: 26 months, three counties and unknown."""

from collections.abc import Mapping
from decimal import Decimal

from leye.data.registers.queries.served import Cell, Served
from leye.data.registers.schemas import MAP_MEASURES, MARKET_MEASURES
from leye.kernel.months import month_range

CITY = "360900"
COUNTIES = ("360902", "360921", "360981", "")
INDUSTRIES = ("C", "F", "")
MONTHS = month_range(202410, 202611)
WELDER, COOK, CLERK = "6-18", "4-03", "3-01"
_SEASON = (0, -40, -15, 5, 10, 12, 8, 4, 6, 10, 6, -6)
_WEIGHT = {"360902": 50, "360921": 30, "360981": 20, "": 2}
Values = Mapping[str, int | Decimal | None]


class MadeCity(Served):
    """Every measure from a formula of month, county and industry; parents are sums of children.

    ``shock`` is taken off the insured of industry C in 360921 in the last month; ``lost`` are
    months nobody delivered the market of. Protected cells are rounded to fives, and hide who nobody
    knows anything of.
    """

    def __init__(self, *, shock: int = 40, lost: frozenset[int] = frozenset()) -> None:
        self.release = 7
        self.months = MONTHS
        self.shock = shock
        self.lost = lost
        self._leaves: dict[tuple[int, str, str], dict[str, int]] = {}

    def cell(
        self,
        month: int,
        *,
        place: str,
        axis: str = "all",
        code: str = "all",
        group: str = "all",
        protected: bool,
    ) -> Cell | None:
        if month not in self.months or group != "all":
            return None
        if axis == "occupation4":
            return self._market(month, place, code)
        if axis not in ("all", "industry"):
            return None
        counties = COUNTIES if place == CITY else (place,)
        industries = INDUSTRIES if axis == "all" else (code,)
        leaves = [self._known(month, c, i) for c in counties for i in industries]
        values = {name: sum(leaf[name] for leaf in leaves) for name in leaves[0]}
        whole: dict[str, int | Decimal | None] = dict.fromkeys(MAP_MEASURES, 0)
        whole |= {**values, "wage_sum": Decimal(values["wage_n"] * 5000)}
        whole["payroll"] = whole["kwh"] = Decimal(values["jobs_insured"] * 100)
        market = self._market(month, place, "") if axis == "all" else None
        shown: dict[str, int | Decimal | None] = dict.fromkeys(MARKET_MEASURES)
        if market is not None:
            every = [self._market(month, place, each) for each in (WELDER, COOK, CLERK, "")]
            shown = {
                name: None if month in self.lost else sum(one.values[name] or 0 for one in every)
                for name in MARKET_MEASURES
            }
        return _protected(place, {**whole, **shown}) if protected else _cell(place, whole | shown)

    def children(
        self,
        month: int,
        *,
        parent: str,
        level: str,
        axis: str = "all",
        code: str = "all",
        group: str = "all",
        protected: bool,
    ) -> tuple[Cell, ...]:
        if parent != CITY or level != "county":
            return ()
        found = [
            self.cell(month, place=county, axis=axis, code=code, group=group, protected=protected)
            for county in COUNTIES
        ]
        return tuple(cell for cell in found if cell is not None)

    def codes(
        self, month: int, *, place: str, axis: str, group: str = "all", protected: bool
    ) -> Mapping[str, Cell]:
        known = {"industry": INDUSTRIES, "occupation4": (WELDER, COOK, CLERK, "")}.get(axis, ())
        found = {
            code: self.cell(month, place=place, axis=axis, code=code, protected=protected)
            for code in known
        }
        return {code: cell for code, cell in found.items() if cell is not None}

    def series(
        self,
        months: object,
        *,
        place: str,
        axis: str = "all",
        code: str = "all",
        group: str = "all",
        protected: bool,
    ) -> Mapping[int, Cell | None]:
        return {
            month: self.cell(
                month, place=place, axis=axis, code=code, group=group, protected=protected
            )
            for month in months  # type: ignore[attr-defined]  # any iterable of months
        }

    def _known(self, month: int, county: str, industry: str) -> dict[str, int]:
        key = (month, county, industry)
        if key not in self._leaves:
            self._leaves[key] = self._leaf(*key)
        return self._leaves[key]

    def _leaf(self, month: int, county: str, industry: str) -> dict[str, int]:
        at = self.months.index(month)
        weight = _WEIGHT[county] * {"C": 3, "F": 2, "": 1}[industry]
        season = _SEASON[month % 100 - 1] * weight // 60
        insured = weight * 10 + at * weight // 20 + season
        if (county, industry, at) == ("360921", "C", len(self.months) - 1):
            insured -= self.shock
        looking = weight + (at * 7 + weight) % 5 - season // 4
        return {
            "population16": weight * 20,
            "working_age": weight * 18,
            "employed": insured + weight * 2,
            "unemployed": looking // 2 * 2 + 1,
            "employed_insured": insured,
            "farming": weight * 2,
            "unemployed_registered": looking // 2 + 1,
            "unemployed_looking": looking // 2,
            "unknown": weight // 10 + at % 3,
            "entered_work": 5 + (at * 3) % 7,
            "left_work": 4 + (at * 5) % 6,
            "became_unemployed": 2 + (at * 5 + weight) % 4,
            "wage_n": insured,
            "jobs_insured": insured,
            "hires": 6 + (at * 3) % 5,
            "separations": 5 + (at * 2) % 4,
            "firms_active": weight,
            "firms_opened": 1 + at % 2,
        }

    def _market(self, month: int, place: str, code: str) -> Cell | None:
        at = self.months.index(month)
        offered, wanted = {
            WELDER: (60 + at, 15),
            COOK: (40, 22 if at % 2 else 30),
            CLERK: (20, 90 - at),
            "": (10, 4),
        }[code]
        lost = month in self.lost
        values: Values = {
            "vacancies": None if lost else offered,
            "vacancies_new": None if lost else offered // 2,
            "applicants": None if lost else wanted,
        }
        return _cell(place, {**dict.fromkeys(MAP_MEASURES), **values})


def _cell(place: str, values: Values) -> Cell:
    return Cell(place, values, frozenset())


def _protected(place: str, values: Values) -> Cell:
    rounded = {
        name: (value + 2) // 5 * 5 if isinstance(value, int) else value
        for name, value in values.items()
    }
    return Cell(place, {**rounded, "unknown": None}, frozenset({"unknown"}))
