"""The city's places as arrays: villages with their weights, counties with their neighbours."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from leye.data.reference import places
from leye.data.twin.draws import generator
from leye.data.twin.sources import rows
from leye.data.twin.types import PlaceTable
from leye.kernel.place import PlaceLevel

_CITY = "360900"
# Which counties share a border: commuting follows it. Codes of the last two digits.
_BORDERS = {
    "02": "22 23 82", "21": "25 24 83", "22": "02 23 26 24", "23": "02 22 24 83 82",
    "24": "26 22 23 83 21", "25": "21", "26": "22 24", "81": "82 83", "82": "81 83 02 23",
    "83": "81 82 23 24 21",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Land:
    """The places, and how people spread over them; parks are positions of towns."""

    table: PlaceTable
    county_share: NDArray[np.float64]
    urban_share: NDArray[np.float64]
    village_weight: NDArray[np.float64]
    commute: NDArray[np.float64]
    destination_share: NDArray[np.float64]
    parks: NDArray[np.int16]
    park_names: NDArray[np.str_]


@cache
def land() -> Land:
    """Give the land of the city, with the weights every simulation starts from."""
    table = _table()
    published = {row["code"]: row for row in rows("counties.csv")}
    people = np.array([float(published[code]["population"]) for code in table.counties])
    urban = np.array([float(published[code]["urban_share"]) for code in table.counties])
    towns = places().at_level(PlaceLevel.TOWN, _CITY)
    parks = [i for i, town in enumerate(towns) if "工业园" in town.name or "开发区" in town.name]
    return Land(
        table=table,
        county_share=people / people.sum(),
        urban_share=urban,
        village_weight=_village_weight(table, people, urban),
        commute=_commute(table),
        destination_share=_shares([float(row["share"]) for row in rows("destinations.csv")]),
        parks=np.array(parks, dtype=np.int16),
        park_names=np.array([towns[i].name.removesuffix("管理委员会") for i in parks]),
    )


def _table() -> PlaceTable:
    counties = [place.code for place in places().at_level(PlaceLevel.COUNTY, _CITY)]
    towns = [place.code for place in places().at_level(PlaceLevel.TOWN, _CITY)]
    villages = places().at_level(PlaceLevel.VILLAGE, _CITY)
    codes = [place.code for place in villages]
    town_at, county_at = _positions(towns), _positions(counties)
    return PlaceTable(
        villages=np.array(codes),
        towns=np.array(towns),
        counties=np.array(counties),
        village_town=np.array([town_at[code[:9]] for code in codes], dtype=np.int16),
        village_county=np.array([county_at[code[:6]] for code in codes], dtype=np.int8),
        town_county=np.array([county_at[code[:6]] for code in towns], dtype=np.int8),
        urban=np.array([_is_urban(place.name) for place in villages]),
        destinations=np.array([row["code"] for row in rows("destinations.csv")]),
    )


def _is_urban(name: str) -> bool:
    return any(mark in name for mark in ("居委会", "居民委员会", "社区", "生活区"))


def _village_weight(
    table: PlaceTable, people: NDArray[np.float64], urban: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Spread each county's urban and rural people unevenly over its villages of either kind."""
    uneven = generator(360900, "villages").lognormal(0.0, 0.45, len(table.villages))
    share = np.where(table.urban, urban[table.village_county], 1 - urban[table.village_county])
    group = table.village_county.astype(np.int64) * 2 + table.urban
    total = np.bincount(group, weights=uneven, minlength=20)
    weight = people[table.village_county] * share * uneven / total[group]
    found: NDArray[np.float64] = weight / weight.sum()
    return found


def _commute(table: PlaceTable) -> NDArray[np.float64]:
    """Give where those who commute out of a county go: to its neighbours, more to 袁州 and 丰城."""
    at = {code[-2:]: i for i, code in enumerate(table.counties)}
    flow = np.zeros((len(at), len(at)))
    for code, text in _BORDERS.items():
        for other in text.split():
            flow[at[code], at[other]] = 2.0 if other in {"02", "81", "82"} else 1.0
    shares: NDArray[np.float64] = flow / flow.sum(axis=1, keepdims=True)
    return shares


def _positions(codes: list[str]) -> dict[str, int]:
    return {code: i for i, code in enumerate(codes)}


def _shares(weights: list[float]) -> NDArray[np.float64]:
    found = np.array(weights)
    shares: NDArray[np.float64] = found / found.sum()
    return shares
