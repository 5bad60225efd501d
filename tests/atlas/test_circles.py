"""Who is within reach: distances, bands, counts; held to formulas worked out another way."""

import math
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.atlas.circle_modes import (
    Detour,
    InvalidParameters,
    Mode,
    circle_parameters,
)
from leye.analysis.atlas.circles import (
    Counted,
    Cover,
    Position,
    Reached,
    coverage,
    distances_km,
    nearness,
    reached,
)
from leye.kernel.errors import UnknownCode

LNGS = st.floats(113.9, 116.1)
LATS = st.floats(27.6, 29.1)
POSITIONS = st.builds(Position, st.just("360902001001"), LNGS, LATS, st.integers(1, 3000))
WALK = circle_parameters().mode("walk")


def vincenty_km(lng_1: float, lat_1: float, lng_2: float, lat_2: float) -> float:
    """Give the geodesic on WGS-84 by Vincenty's inverse formula (Survey Review, 1975)."""
    axis, flat = 6378.137, 1 / 298.257223563
    minor = axis * (1 - flat)
    u1, u2 = (math.atan((1 - flat) * math.tan(math.radians(lat))) for lat in (lat_1, lat_2))
    span = math.radians(lng_2 - lng_1)
    around = span
    for _ in range(50):
        across = math.cos(u2) * math.sin(around)
        along = math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(around)
        sine = math.hypot(across, along)
        if sine == 0:
            return 0.0
        cosine = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(around)
        sigma = math.atan2(sine, cosine)
        alpha = math.cos(u1) * math.cos(u2) * math.sin(around) / sine
        square = 1 - alpha**2
        middle = cosine - 2 * math.sin(u1) * math.sin(u2) / square if square else 0.0
        c = flat / 16 * square * (4 + flat * (4 - 3 * square))
        inner = middle + c * cosine * (2 * middle**2 - 1)
        around, before = span + (1 - c) * flat * alpha * (sigma + c * sine * inner), around
        if abs(around - before) < 1e-12:
            break
    u = square * (axis**2 - minor**2) / minor**2
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    third = b / 6 * middle * (4 * sine**2 - 3) * (4 * middle**2 - 3)
    shift = b * sine * (middle + b / 4 * (cosine * (2 * middle**2 - 1) - third))
    return minor * a * (sigma - shift)


def at(lng: float, lat: float, *, accuracy_m: int = 1, key: str = "360902001001") -> Position:
    return Position(key, lng, lat, accuracy_m)


@given(POSITIONS, POSITIONS)
def test_distances_are_those_of_the_ellipsoid_to_a_half_percent(a: Position, b: Position) -> None:
    found = float(distances_km([a], [b])[0, 0])
    assert found == pytest.approx(vincenty_km(a.lng, a.lat, b.lng, b.lat), rel=0.0056, abs=1e-5)


def test_a_known_line_of_vincentys_paper_is_met_by_the_reference() -> None:
    """Flinders Peak to Buninyong, as Geoscience Australia prints it on GRS80: 54 972.271 m."""
    found = vincenty_km(144.42486789, -37.95103342, 143.92649553, -37.65282114)
    assert found == pytest.approx(54.972271, abs=2e-4)


@given(st.lists(POSITIONS, min_size=1, max_size=5), st.lists(POSITIONS, min_size=1, max_size=5))
def test_nearness_is_the_least_of_all_lines_with_both_ends_errors(
    villages: list[Position], points: list[Position]
) -> None:
    near = nearness(villages, points)
    for row, village in enumerate(villages):
        lines = [float(distances_km([village], [point])[0, 0]) for point in points]
        own = village.accuracy_m / 1000
        errors = [point.accuracy_m / 1000 for point in points]
        pairs = list(zip(lines, errors, strict=True))
        assert near.expected[row] == pytest.approx(min(lines))
        assert near.least[row] == pytest.approx(max(min(d - e for d, e in pairs) - own, 0))
        assert near.most[row] == pytest.approx(min(d + e for d, e in pairs) + own)


def test_many_villages_are_looked_at_in_parts_with_the_same_answer() -> None:
    villages = [at(114 + n / 1000, 28, key=f"{360902001000 + n}") for n in range(1100)]
    near = nearness(villages, [at(114.0, 28.0), at(115.1, 28.0)])
    lines = distances_km(villages, [at(114.0, 28.0), at(115.1, 28.0)]).min(axis=1)
    assert np.allclose(near.expected, lines)


def test_without_a_point_nobody_is_reached() -> None:
    near = nearness([at(114.4, 27.8)], [])
    (found,) = reached([at(114.4, 27.8)], near, mode=WALK, minutes=15)
    assert (found.cover, found.central, found.minutes) == (Cover.NOT_COVERED, False, None)


def test_minutes_are_the_line_times_the_detour_over_the_speed() -> None:
    village, point = at(114.4, 27.8), at(114.4, 27.81)
    (found,) = reached([village], nearness([village], [point]), mode=WALK, minutes=15)
    km = float(distances_km([village], [point])[0, 0])
    assert km == pytest.approx(1.112, abs=1e-3)
    assert found.minutes == pytest.approx(km * 1.3 / 4.8 * 60)
    assert found.least == pytest.approx((km - 0.002) * 1.1 / 4.8 * 60)
    assert found.most == pytest.approx((km + 0.002) * 1.5 / 4.8 * 60)
    # 18 minutes, and 15.3 at best: not within 15, within 20 perhaps.
    assert found.cover is Cover.NOT_COVERED


@pytest.mark.parametrize(
    ("mode", "km"), [("walk", 0.92), ("ebike", 3.70), ("bus", 1.93), ("car", 6.25)]
)
def test_each_mode_reaches_as_far_as_the_parameters_say(mode: str, km: float) -> None:
    found = circle_parameters().mode(mode)
    assert found.reach_km(15, found.detour.central) == pytest.approx(km, abs=0.005)
    assert found.reach_km(found.wait_minutes, 1.3) == 0


def test_the_hills_have_detours_of_their_own() -> None:
    ebike = circle_parameters().mode("ebike")
    assert ebike.detour_in("360926100001").central == 1.55
    assert ebike.detour_in("360902100001").central == 1.35
    flat, steep = at(114.4, 28.0), at(114.4, 28.0, key="360926100001")
    near = nearness([flat, steep], [at(114.4, 28.03)])
    one, other = reached([flat, steep], near, mode=ebike, minutes=15)
    assert other.minutes == pytest.approx((one.minutes or 0) * 1.55 / 1.35)


@given(
    st.lists(POSITIONS, min_size=1, max_size=8),
    st.lists(POSITIONS, min_size=1, max_size=4),
    st.sampled_from(sorted(circle_parameters().modes)),
    st.floats(5, 60),
    st.floats(0, 30),
)
def test_coverage_grows_with_time_and_with_points(
    villages: list[Position], points: list[Position], mode: str, minutes: float, more: float
) -> None:
    chosen = circle_parameters().mode(mode)
    order = [Cover.NOT_COVERED, Cover.UNSURE, Cover.COVERED]

    def ranks(of: list[Position], limit: float) -> list[tuple[int, bool]]:
        found = reached(villages, nearness(villages, of), mode=chosen, minutes=limit)
        assert all(each.least <= each.minutes <= each.most for each in found)  # type: ignore[operator] - points exist
        return [(order.index(each.cover), each.central) for each in found]

    fewer, longer = ranks(points, minutes), ranks(points, minutes + more)
    only_first = ranks(points[:1], minutes)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in zip(fewer, longer, strict=True))
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in zip(only_first, fewer, strict=True))


@given(POSITIONS, POSITIONS, st.floats(1, 3), st.floats(0, 2), st.floats(5, 40))
def test_coverage_shrinks_with_the_detour(
    village: Position, point: Position, k: float, more: float, minutes: float
) -> None:
    def covered(detour: float) -> bool:
        mode = Mode("walk", "步行", 20, 0, Detour(detour, detour, detour), {}, "")
        near = nearness([village], [point])
        return reached([village], near, mode=mode, minutes=minutes)[0].central

    assert covered(k) or not covered(k + more)


def test_a_village_inside_a_road_polygon_is_covered() -> None:
    village = at(114.4, 27.8)
    near = nearness([village], [at(116.0, 29.0)])
    (found,) = reached([village], near, mode=WALK, minutes=15, by_road=np.array([True]))
    assert found == Reached(village.key, Cover.COVERED, central=True)


def test_counts_name_what_they_are_of() -> None:
    of = {
        "360902001001": Reached("360902001001", Cover.COVERED, True),
        "360902001002": Reached("360902001002", Cover.UNSURE, True),
        "360902001003": Reached("360902001003", Cover.UNSURE, False),
        "360902001004": Reached("360902001004", Cover.NOT_COVERED, False),
        "360981001001": Reached("360981001001", Cover.COVERED, True),
    }
    villages = [*of, "360902001005"]
    people = {"360902001001": 100, "360902001002": 50, "360902001004": 10, "360902001005": 999}
    found = coverage("360902", villages, of=of, people=people)
    assert (found.villages, found.located, found.within) == (5, 4, Counted(1, 2, 3))
    assert found.shares == (0.25, 0.5, 0.75)
    assert (found.counted, found.people, found.people_within) == (3, 160, Counted(100, 150, 150))
    whole = coverage("360900", villages, of=of, people={})
    assert (whole.villages, whole.within) == (6, Counted(2, 3, 4))
    assert (whole.people, whole.people_within, whole.people_shares) == (None, None, None)


def test_no_located_village_is_no_share_rather_than_zero() -> None:
    found = coverage("360902", ["360902001001"], of={}, people={"360902001001": 5})
    assert (found.villages, found.located, found.shares, found.people) == (1, 0, None, None)


def test_every_cover_has_words() -> None:
    assert len({each.label for each in Cover}) == len(Cover)


def test_the_parameters_say_where_they_come_from() -> None:
    found = circle_parameters()
    assert found.sources
    assert found.edition
    assert all(
        mode.detour.low < mode.detour.central < mode.detour.high for mode in found.modes.values()
    )
    with pytest.raises(UnknownCode, match="walk"):
        found.mode("walks")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("modes", "walk", "speed_kmh"), 0),
        (("modes", "walk", "speed_kmh"), "quick"),
        (("modes", "walk", "wait_minutes"), -1),
        (("modes", "walk", "detour"), {"low": 0.9, "central": 1.3, "high": 1.5}),
        (("modes", "walk", "detour"), {"low": 1.4, "central": 1.3, "high": 1.5}),
        (("counties", "360924"), {"low": 1.3, "central": 1.5}),
        (("usual_mode",), "train"),
        (("usual_minutes",), 7),
        (("sources",), []),
        (("minutes",), [0, 15]),
    ],
)
def test_parameters_that_make_no_sense_are_refused(
    tmp_path: Path, path: tuple[str, ...], value: object
) -> None:
    held = yaml.safe_load(Path("src/leye/analysis/atlas/circle_modes.yaml").read_text())
    inner = held
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    file = tmp_path / "modes.yaml"
    file.write_text(yaml.safe_dump(held, allow_unicode=True))
    with pytest.raises(InvalidParameters):
        circle_parameters(file)


def test_a_deployers_parameters_take_the_place_of_the_products(tmp_path: Path) -> None:
    text = Path("src/leye/analysis/atlas/circle_modes.yaml").read_text()
    file = tmp_path / "modes.yaml"
    file.write_text(text.replace("speed_kmh: 4.8", "speed_kmh: 4.0"))
    assert circle_parameters(file).mode("walk").speed_kmh == 4
    with pytest.raises(InvalidParameters):
        circle_parameters(tmp_path / "nothing.yaml")
