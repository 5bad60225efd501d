"""Rows of the circle's tables, and the words of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leye.analysis.atlas.circle_modes import Mode
from leye.analysis.atlas.circles import Counted, Cover, Coverage, Reached
from leye.data.reference import Place, places
from leye.doors.portal.circle_choice import CircleChoice
from leye.doors.web.circle import (
    ENOUGH,
    Answer,
    Network,
    People,
    answer,
    covered,
    villages_of,
)
from leye.doors.web.templatetags.web import amount
from leye.kernel.place import PlaceLevel

NO_COORDINATES = "没有坐标，不计算"


@dataclass(frozen=True, slots=True)
class Band:
    """A share in words: the middle, and from low to high; ``missing`` says why there is none."""

    central: str = ""
    low: str = ""
    high: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place, how much of it is located, and its coverage by villages and by people."""

    place: Place
    url: str
    counted: Coverage
    villages: Band
    people: Band


@dataclass(frozen=True, slots=True)
class ModeRow:
    """One mode for the place chosen."""

    mode: Mode
    url: str
    current: bool
    method: str
    reach_km: str
    villages: Band
    people: Band


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village: minutes to the nearest point as a band, and what that means."""

    place: Place
    cover: Cover
    estimated: bool
    found: Reached | None

    @property
    def minutes(self) -> str:
        """The minutes in words; a dash where there are none."""
        if self.found is None or self.found.minutes is None:
            return "—"
        return f"{self.found.minutes:.0f}（{self.found.least:.0f}—{self.found.most:.0f}）"


def band(counted: Counted | None, of: int | None) -> Band:
    """Give counts as shares in words."""
    if counted is None or of is None:
        return Band(missing="没有人数")
    shares = counted.shares(of)
    if shares is None:
        return Band(missing=NO_COORDINATES)
    low, central, high = (f"{share * 100:.1f}%" for share in shares)
    return Band(central, low, high)


def place_row(place: Place, url: str, found: Answer, known: People | None) -> PlaceRow:
    """Give one place's row."""
    counted = covered(place.code, found, known)
    return PlaceRow(
        place=place,
        url=url,
        counted=counted,
        villages=band(counted.within, counted.located),
        people=_people_band(counted),
    )


def _people_band(counted: Coverage) -> Band:
    """Give the people's share, where the number is known for enough of the located villages."""
    if counted.located and counted.counted < ENOUGH * counted.located:
        return Band(missing=f"人数不全（{counted.counted:,} / {counted.located:,}）")
    return band(counted.people_within, counted.people)


def place_rows(choice: CircleChoice, found: Answer, known: People | None) -> list[PlaceRow]:
    """Give a row for each place one level below; none below a town, whose villages are listed."""
    if choice.place.level is PlaceLevel.TOWN:
        return []
    return [
        place_row(child, f"?{choice.query(place=child.code)}", found, known)
        for child in places().children(choice.place.code)
    ]


def mode_rows(
    choice: CircleChoice, held: Network, modes: Sequence[Mode], known: People | None
) -> list[ModeRow]:
    """Give every mode side by side for the place chosen."""
    rows = []
    for mode in modes:
        found = answer(held, choice.asked_by(mode.code))
        row = place_row(choice.place, "", found, known)
        detour = mode.detour_in(choice.place.code)
        rows.append(
            ModeRow(
                mode=mode,
                url=f"?{choice.query(mode=mode.code)}",
                current=mode.code == choice.mode.code,
                method=found.method,
                reach_km=f"{mode.reach_km(choice.minutes, detour.central):.1f}",
                villages=row.villages,
                people=row.people,
            )
        )
    return rows


def village_rows(place: str, found: Answer) -> list[VillageRow]:
    """Give a row for each village inside a place, those without coordinates too."""
    rows = []
    for code in villages_of(place):
        each = found.of.get(code)
        cover = each.cover if each else Cover.NOT_LOCATED
        rows.append(VillageRow(places().get(code), cover, code in found.estimated, each))
    return rows


PLACE_HEADER = (
    "地区代码",
    "地区",
    "村（居）总数",
    "已有坐标",
    "覆盖（低）",
    "覆盖（中）",
    "覆盖（高）",
    "村（居）覆盖率（中）",
    "有人数的村（居）",
    "人数",
    "覆盖人数（低）",
    "覆盖人数（中）",
    "覆盖人数（高）",
    "方式",
    "分钟",
    "网点类型",
    "算法",
)
VILLAGE_HEADER = (
    "地区代码",
    "乡镇（街道）",
    "村（居）",
    "结果",
    "位置",
    "分钟（低）",
    "分钟（中）",
    "分钟（高）",
    "方式",
    "时限（分钟）",
    "网点类型",
    "算法",
)


def place_cells(row: PlaceRow, choice: CircleChoice, method: str) -> tuple[Any, ...]:
    """Give a place under ``PLACE_HEADER``; what is not known is blank, never 0."""
    counted, shares = row.counted, row.counted.shares
    within = counted.within if counted.located else None
    people = counted.people_within
    return (
        row.place.code,
        row.place.name,
        counted.villages,
        counted.located,
        *((within.low, within.central, within.high) if within else (None, None, None)),
        None if shares is None else round(shares[1], 4),
        counted.counted,
        counted.people,
        *((people.low, people.central, people.high) if people else (None, None, None)),
        choice.mode.name,
        choice.minutes,
        choice.kind_label,
        method,
    )


def village_cells(row: VillageRow, choice: CircleChoice, method: str) -> tuple[Any, ...]:
    """Give a village under ``VILLAGE_HEADER``."""
    found = row.found
    minutes = (found.least, found.minutes, found.most) if found else (None, None, None)
    where = "没有坐标" if found is None else "按乡镇位置估计" if row.estimated else "已有坐标"
    return (
        row.place.code,
        places().get(row.place.code[:9]).name,
        row.place.name,
        row.cover.label,
        where,
        *(None if each is None else round(each, 1) for each in minutes),
        choice.mode.name,
        choice.minutes,
        choice.kind_label,
        method,
    )


def spoken(row: PlaceRow) -> str:
    """Give a place's coverage as a sentence for those who hear it."""
    counted = row.counted
    if not counted.located:
        return f"{row.place.name}：{counted.villages}个村（居）都没有坐标"
    return (
        f"{row.place.name}：已有坐标{counted.located}个村（居），"
        f"覆盖{amount(counted.within.central)}个（{counted.within.low}—{counted.within.high}）"
    )
