"""The network from the command line, and the demonstration's points."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leye.analysis.atlas.circles import Position, distances_km
from leye.data.reference import places, town_points
from leye.doors.cli import main
from leye.doors.cli.demo_network import ACCURACY_M, seed_network
from leye.service.identity.models import AuditEvent
from leye.service.network.models import PlacePoint, RoadReach, RoadRun, ServicePoint
from tests.network.places import small_network

AT = datetime(2026, 9, 1, tzinfo=UTC)
SQUARE = [[114.5, 27.7], [114.6, 27.7], [114.6, 27.8], [114.5, 27.8], [114.5, 27.7]]


def isochrones(folder: Path, *points: str) -> str:
    path = folder / "isochrones.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"point": point, "costing": "pedestrian", "contour": 15.0},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
        }
        for point in points
    ]
    document = {
        "type": "FeatureCollection",
        "engine": "valhalla",
        "engine_version": "3.9.1",
        "extract_date": "2026-11-01",
        "attribution": "© OpenStreetMap contributors",
        "features": features,
    }
    path.write_text(json.dumps(document))
    return str(path)


@pytest.mark.django_db
def test_points_are_listed_for_a_routing_engine(capsys: pytest.CaptureFixture[str]) -> None:
    point = small_network()
    assert main(["network", "points"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed == [
        "point,lng,lat,name",
        f"{point.number},114.55212,27.78396,彬江镇就业服务站",
    ]


@pytest.mark.django_db
def test_isochrones_are_taken_in_and_replaced_as_a_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point = small_network()
    for _ in range(2):
        assert main(["network", "import-isochrones", isochrones(tmp_path, point.number)]) == 0
    assert "1 个网点的 1 个等时圈已导入" in capsys.readouterr().out
    assert (RoadRun.objects.count(), RoadReach.objects.count()) == (1, 1)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.detail, event.actor) == ("isochrones_imported", {"rows": 1}, None)


@pytest.mark.django_db
def test_an_unknown_point_refuses_the_whole_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point = small_network()
    file = isochrones(tmp_path, point.number, "S999999")
    assert main(["network", "import-isochrones", file]) == 2
    assert "S999999" in capsys.readouterr().err
    assert not RoadRun.objects.exists()


@pytest.mark.django_db
def test_the_demonstration_is_seeded_once_and_marked() -> None:
    made = seed_network(at=AT)
    counties = places().children("360900")
    assert made == len(town_points()) + 2 * len(counties)
    assert set(ServicePoint.objects.values_list("coord_source", flat=True)) == {"demo"}
    assert set(PlacePoint.objects.values_list("source", flat=True)) == {"demo"}
    held = list(ServicePoint.objects.values_list("name", "lng", "lat"))
    assert seed_network(at=AT) == 0
    assert list(ServicePoint.objects.values_list("name", "lng", "lat")) == held


@pytest.mark.django_db
def test_invented_villages_lie_around_their_town_and_nowhere_else() -> None:
    seed_network(at=AT)
    known = town_points()
    located = {each.place: each for each in PlacePoint.objects.all()}
    every = [p.code for town in known for p in places().children(town)]
    assert sorted(located) == sorted(every)
    for code, each in located.items():
        town = known[code[:9]]
        ends = Position(code, each.lng, each.lat, ACCURACY_M), Position("", town.lng, town.lat, 1)
        assert 0.3 < distances_km([ends[0]], [ends[1]])[0, 0] < 6.1
