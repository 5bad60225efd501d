"""The sample frame, and what the registers know of a firm, from a serving copy."""

from pathlib import Path

import pytest

from leye.kernel.place import Scope
from leye.service.monitoring.errors import NoFrame
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.frame import frame_of, section_name, section_of
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.reports.known import known_of
from tests.registers.serving.small import write_small

FEBRUARY, MARCH = 202402, 202403


def row(employer: int, **values: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "employer": employer, "place": "360902001", "uscc": f"U{employer}", "park": "",
        "name": f"企业{employer}", "industry": "39", "kind": "1", "insured": 30,
    }  # fmt: skip
    return {**usual, **values}


FIRMS = [
    row(1),
    row(2, place="360981", insured=200, industry="51"),
    row(3, insured=9, insured_last_year=40),
    row(4, insured=None, insured_last_year=40),
    row(5, kind="6", insured=500),
    row(6, kind="5", insured=60),
    row(7, place=""),
    row(8, place="360900"),
    row(9, uscc=""),
    row(10, uscc="U1", insured=12),
    row(11, industry=""),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("frame")
    cells = {
        m: [{"level": "city", "place": "360900", "population16": 5}] for m in (FEBRUARY, MARCH)
    }
    write_small(found, release=1, cells=cells, firms=FIRMS)
    return found


def test_a_frame_holds_firms_of_ten_and_more_once_each(root: Path) -> None:
    frame = frame_of(root)
    assert frame.month == MARCH
    assert [f.employer for f in frame.firms] == [2, 1, 11]
    assert frame.by_uscc["U1"].insured == 30
    assert frame.by_uscc["U2"].stratum.county == "360981"
    assert frame.by_uscc["U2"].section == "F"


def test_a_frame_is_cut_to_a_scope(root: Path) -> None:
    assert [f.employer for f in frame_of(root, scope=Scope.of(["360981"])).firms] == [2]


def test_where_nothing_was_built_there_is_no_frame(root: Path, tmp_path: Path) -> None:
    for folder, month in ((tmp_path, 0), (root, 202501)):
        with pytest.raises(NoFrame):
            frame_of(folder, month=month)


def test_sections_have_names() -> None:
    assert (section_of("39"), section_name("C")) == ("C", "制造业")
    assert (section_of(""), section_name("")) == ("", "行业不详")


def test_what_is_known_is_of_the_month_or_before(root: Path) -> None:
    def known(employer: int | None, month: int) -> tuple[int, int | None] | None:
        point = MonitoringPoint(kind=PointKind.FIRM, employer=employer)
        found = known_of(point, month, pool_root=root)
        return None if found is None else (found.month, found.insured)

    assert known(2, 202405) == (MARCH, 200)
    assert known(2, FEBRUARY) == (FEBRUARY, 200)
    assert known(4, MARCH) == (MARCH, None)
    for employer, month in ((2, 202401), (99, MARCH), (None, MARCH)):
        assert known(employer, month) is None
