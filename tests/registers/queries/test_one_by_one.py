"""Firms, people and an employer's conflicts one by one, cut to the places of the asker."""

from pathlib import Path

import pytest

from leye.data.pool import Pool
from leye.data.registers.codes import evidence, groups
from leye.data.registers.queries.employer_conflicts import employer_conflicts
from leye.data.registers.queries.firms import FirmChoice, Firms, firms
from leye.data.registers.queries.person_lines import PersonChoice, person_lines, person_total
from leye.data.registers.schemas import PERSON_MONTH
from leye.kernel.errors import InvalidInput
from leye.kernel.place import EVERYWHERE, PUBLIC, Scope
from tests.registers.queries.sample import MARCH, write, write_registers
from tests.registers.serving.small import write_small

MONTH = 202403
YUANZHOU, CITY = Scope.of(["360902"]), Scope.of(["360900"])


def firm(employer: int, place: str, **values: object) -> dict[str, object]:
    blank = {
        "uscc": f"U{employer}",
        "name": f"企业{employer}",
        "park": "",
        "industry": "38",
        "kind": "1",
    }
    return {"employer": employer, "place": place, **blank, **values}


FIRMS = [
    firm(1, "360902001", insured=20, insured_last_month=30, insured_last_year=10, kwh=100),
    firm(2, "360902", insured=50, insured_last_month=45, insured_last_year=90, park="甲园"),
    firm(3, "360981001", insured=10, insured_last_month=99),
    firm(4, "", insured=15, insured_last_month=None, name="百分100%公司"),
    firm(5, "360902002", insured=None, insured_last_month=40),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Firms:
    root = tmp_path_factory.mktemp("firms")
    cells = {MONTH: [{"level": "city", "place": "360900", "population16": 5}]}
    write_small(root, release=1, cells=cells, firms=FIRMS)
    found = firms(root)
    assert found
    return found


def listed(copy: Firms, scope: Scope = CITY, **chosen: str) -> list[int]:
    found = copy.listed(FirmChoice(MONTH, **chosen), scope=scope, limit=10)
    assert copy.count(FirmChoice(MONTH, **chosen), scope=scope) == len(found)
    return [row.employer for row in found]


def test_the_largest_drops_come_first_and_what_is_not_known_last(copy: Firms) -> None:
    assert listed(copy) == [3, 1, 2, 4, 5]
    assert listed(copy, order="year") == [2, 1, 3, 4, 5]
    assert listed(copy, order="size") == [2, 1, 4, 3, 5]
    assert listed(copy, order="rise")[0] == 2


def test_a_scope_cuts_the_list_and_a_firm_of_no_place_takes_the_whole_city(copy: Firms) -> None:
    assert listed(copy, YUANZHOU) == [1, 2, 5]
    assert listed(copy, Scope.of(["360902001"])) == [1]
    assert listed(copy, PUBLIC) == []
    assert 4 in listed(copy, EVERYWHERE)
    assert copy.months_of(3, scope=YUANZHOU) == ()
    assert copy.months_of(4, scope=YUANZHOU) == ()
    assert [row.employer for _, row in copy.months_of(4, scope=CITY)] == [4]


def test_firms_are_chosen_by_place_park_division_and_words(copy: Firms) -> None:
    assert listed(copy, place="360981") == [3]
    assert listed(copy, park="park:甲园") == listed(copy, park="甲园") == [2]
    assert listed(copy, industry="13") == []
    assert listed(copy, words="%") == [4]
    assert listed(copy, words="u3") == [3]


def test_an_order_that_is_none_is_refused(copy: Firms, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        listed(copy, order="name; DROP TABLE firm")
    assert firms(tmp_path) is None


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    found = Pool(tmp_path_factory.mktemp("people") / "pool")
    write_registers(found)
    rows = [
        {
            "month": MARCH,
            "person": key,
            "status": status,
            "residence": place,
            "groups": mask,
            "evidence": said,
            "confidence": 0.5,
        }
        for key, status, place, mask, said in (
            (1, "unknown", "360902001001", groups()["woman"], 0),
            (
                2,
                "farming",
                "360902002",
                groups()["woman"] | groups()["veteran"],
                evidence()["unit_paid"],
            ),
            (3, "unknown", "360981001", groups()["veteran"], 0),
            (4, "unknown", "", None, None),
        )
    ]
    write(
        found, {"person_month": (PERSON_MONTH, MARCH, rows)}, places={"person_month": "residence"}
    )
    return found


def people(pool: Pool, scope: Scope = CITY, **chosen: object) -> list[int]:
    wanted = PersonChoice(MARCH, **chosen)  # type: ignore[arg-type] - names of its fields
    found = person_lines(pool.snapshot(), wanted, scope=scope, limit=10)
    assert person_total(pool.snapshot(), wanted, scope=scope) == len(found)
    return [each.person for each in found]


def test_people_are_chosen_and_cut_to_the_scope(pool: Pool) -> None:
    assert people(pool) == [1, 2, 3]
    assert people(pool, YUANZHOU) == [1, 2]
    assert people(pool, PUBLIC) == []
    assert people(pool, status="unknown") == [1, 3]
    assert people(pool, group="veteran") == [2, 3]
    assert people(pool, YUANZHOU, group="veteran") == [2]
    assert people(pool, place="360902001") == [1]
    assert people(pool, YUANZHOU, person=3) == []


def test_a_person_has_evidence_and_groups_in_codes(pool: Pool) -> None:
    found = person_lines(pool.snapshot(), PersonChoice(MARCH, person=2), scope=CITY, limit=1)
    assert found[0].evidence == ("unit_paid",)
    assert set(found[0].groups) == {"woman", "veteran"}


def test_pages_follow_one_another(pool: Pool) -> None:
    found = person_lines(pool.snapshot(), PersonChoice(MARCH), scope=CITY, limit=1, offset=1)
    assert [each.person for each in found] == [2]


def test_conflicts_of_an_employer_are_cut_to_the_scope(pool: Pool) -> None:
    def found(employer: int, scope: Scope) -> int:
        rows = employer_conflicts(pool.snapshot(), employer, month=MARCH, scope=scope, limit=9)
        return len(rows)

    assert found(11, CITY) == 1
    assert found(11, YUANZHOU) == 1
    assert found(12, YUANZHOU) == 0
    assert found(12, CITY) == 1


def test_before_the_first_build_there_is_nobody(tmp_path: Path) -> None:
    empty = Pool(tmp_path / "pool").snapshot()
    assert person_lines(empty, PersonChoice(MARCH), scope=EVERYWHERE, limit=5) == ()
    assert person_total(empty, PersonChoice(MARCH), scope=EVERYWHERE) == 0
    assert employer_conflicts(empty, 1, month=MARCH, scope=EVERYWHERE, limit=5) == ()
