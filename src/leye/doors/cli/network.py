"""``leye network``: service points for a routing engine, and the isochrones it made of them."""

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "服务网点：列出位置，导入路网等时圈"
    parser = commands.add_parser("network", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    listing = actions.add_parser(
        "points",
        help="列出开放的、有坐标的网点（CSV：编号、经度、纬度、名称）",
        description="列出开放的、有坐标的网点（CSV：编号、经度、纬度、名称），供路径引擎使用",
    )
    listing.set_defaults(run=list_points)
    take = actions.add_parser(
        "import-isochrones",
        help="导入路网等时圈（GeoJSON），代替直线估算",
        description="导入路网等时圈（GeoJSON），代替直线估算；文件怎样做见 docs/network.md。",
    )
    take.add_argument("file", type=Path, metavar="文件")
    take.set_defaults(run=import_file)


def list_points(_chosen: argparse.Namespace) -> int:
    """Print the open points that have a coordinate, degrees WGS-84."""
    start_django()
    from leye.service.network.queries import open_points

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("point", "lng", "lat", "name"))
    writer.writerows((p.number, p.lng, p.lat, p.name) for p in open_points())
    return 0


def import_file(chosen: argparse.Namespace) -> int:
    """Take the isochrones of a file into use in place of the earlier ones.

    :raises InvalidIsochrones: the file cannot be used as it stands.
    """
    start_django()
    from django.utils import timezone

    from leye.analysis.atlas.circle_roads import read_isochrones
    from leye.doors.web.circle import parameters
    from leye.service.network.roads import import_isochrones

    given = read_isochrones(chosen.file, modes=parameters().modes)
    import_isochrones(given, by=None, at=timezone.now())
    points = {each.point for each in given.isochrones}
    print(f"{len(points)} 个网点的 {len(given.isochrones)} 个等时圈已导入")
    print(f"  {given.engine} {given.engine_version}，路网日期 {given.extract_date}")
    return 0
