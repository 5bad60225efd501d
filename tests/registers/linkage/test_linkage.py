"""Rows without a valid number find their person, or are left alone."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from leye.data.registers.linkage import LEAST_PROBABILITY, link
from leye.data.registers.linkage_weights import own_and_others
from tests.registers.linkage.town import (
    CANDIDATES,
    Town,
    add,
    f1,
    links_of,
    pool_with,
    table,
    town,
)
from tests.samples import AT

_NAMES = {"wang wei": 101, "li na": 102, "zhang min": 103, "wang wie": 104}


@pytest.fixture(scope="module")
def big_town() -> Town:
    """Twenty thousand people, two thousand of whom look for work online."""
    return town(20_000, 2_000)


def people(*rows: tuple[int, str, int, int]) -> pa.Table:
    """Draw a population: person, name, month of birth, phone; plus strangers to count against."""
    months = [year * 100 + month for year in range(1950, 2000) for month in range(1, 13)]
    strangers = [(900 + n, f"stranger {n}", m, 7000 + n) for n, m in enumerate(months)]
    every = [*rows, *strangers]
    return table(
        "population",
        {
            "person": [person for person, *_ in every],
            "name_token": [_NAMES.get(name, 5000 + person) for person, name, *_ in every],
            "birth_month": [birth for *_, birth, _ in every],
            "phone_token": [phone for *_, phone in every],
            "sex": ["1" if person < 900 else str(1 + person % 2) for person, *_ in every],
            "residence": [
                f"3609{2 if person < 900 else person % 10:02}001001" for person, *_ in every
            ],
        },
    )


def seekers(*rows: tuple[str, int | None, int | None]) -> pa.Table:
    """Draw job seekers: name, month of birth, phone."""
    return table(
        "job_seekers",
        {
            "resume": [f"R{n}" for n in range(len(rows))],
            "name_token": [_NAMES[name] for name, *_ in rows],
            "birth_month": [birth for _, birth, _ in rows],
            "phone_token": [phone for *_, phone in rows],
            "sex": ["1" for _ in rows],
            "place": ["360902" for _ in rows],
        },
    )


def linked(root: Path, **tables: pa.Table) -> dict[int, int]:
    """Give the person of each row of the one source that is not the population."""
    pool = pool_with(root, tables)
    link(pool, at=AT)
    return {row["row"]: row["person"] for row in links_of(pool)}


def test_a_job_seeker_is_found_by_name_birth_and_phone(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    asked = seekers(("wang wei", 199003, 11))
    assert linked(tmp_path, population=living, job_seekers=asked) == {1: 1}


def test_a_new_phone_does_not_hide_somebody_whose_name_and_birth_are_rare(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    asked = seekers(("wang wei", 199003, 99))
    assert linked(tmp_path, population=living, job_seekers=asked) == {1: 1}


def test_two_people_of_one_name_sex_and_month_of_birth_without_a_phone_are_left_alone(
    tmp_path: Path,
) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "wang wei", 199003, 12))
    asked = seekers(("wang wei", 199003, None))
    assert linked(tmp_path, population=living, job_seekers=asked) == {}


def test_the_phone_tells_two_people_of_one_name_and_birth_apart(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "wang wei", 199003, 12))
    asked = seekers(("wang wei", 199003, 12))
    assert linked(tmp_path, population=living, job_seekers=asked) == {1: 2}


def test_a_family_phone_alone_links_nobody(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199103, 11))
    asked = seekers(("zhang min", 197001, 11))
    assert linked(tmp_path, population=living, job_seekers=asked) == {}


def test_a_slip_in_the_name_is_forgiven_where_phone_and_birth_agree(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    asked = seekers(("wang wie", 199003, 11))
    assert linked(tmp_path, population=living, job_seekers=asked) == {1: 1}


def wrong_numbers(*candidates: Sequence[int], name: str = "") -> dict[str, pa.Table]:
    """Draw filings whose numbers are wrong, each with who is one slip away."""
    written = _NAMES.get(name)
    filings = table(
        "labour_filing",
        {
            "contract": [f"H{n}" for n in range(len(candidates))],
            "person": [None] * len(candidates),
            "employer": [31] * len(candidates),
            "place": ["360902"] * len(candidates),
        },
        delivery="D000002",
    )
    near = [
        {
            "source": "labour_filing",
            "delivery": "D000002",
            "row": at + 1,
            "person": person,
            "name_token": written,
        }
        for at, each in enumerate(candidates)
        for person in each
    ]
    return {
        "labour_filing": filings,
        "id_candidates": pa.Table.from_pylist(near, schema=CANDIDATES.to_pyarrow()),
    }


def test_a_wrong_number_means_the_only_person_one_slip_away(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    assert linked(tmp_path, population=living, **wrong_numbers([1], [2])) == {1: 1, 2: 2}


def test_a_wrong_number_between_two_people_means_the_one_who_works_there(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    paid = table("contributions", {"person": [2], "employer": [31], "insurance": ["110"]})
    tables = wrong_numbers([1, 2])
    assert linked(tmp_path, population=living, contributions=paid, **tables) == {1: 2}


def test_a_wrong_number_between_two_people_alike_is_left_alone(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    assert linked(tmp_path, population=living, **wrong_numbers([1, 2])) == {}


def test_a_wrong_number_between_two_people_means_the_one_of_that_name(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    tables = wrong_numbers([1, 2], name="li na")
    assert linked(tmp_path, population=living, **tables) == {1: 2}


def test_a_name_that_no_candidate_bears_speaks_against_them(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    tables = wrong_numbers([1, 2], name="zhang min")
    assert linked(tmp_path, population=living, **tables) == {}


def test_a_list_that_names_a_person_already_does_not_mean_them_again(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    pensions = table("pensions", {"person": [1, None], "kind": ["1", "1"]})
    near = pa.Table.from_pylist(
        [{"source": "pensions", "delivery": "D000001", "row": 2, "person": p} for p in (1, 2)],
        schema=CANDIDATES.to_pyarrow(),
    )
    found = linked(tmp_path, population=living, pensions=pensions, id_candidates=near)
    assert found == {2: 2}


def test_links_are_right_for_more_than_99_in_100_of_a_town(tmp_path: Path, big_town: Town) -> None:
    pool = pool_with(tmp_path, big_town.tables)
    link(pool, at=AT)
    found = links_of(pool)
    assert f1(found, big_town.truth) >= 0.99
    assert min(row["probability"] for row in found) >= LEAST_PROBABILITY


def test_the_same_rows_give_the_same_links(tmp_path: Path, big_town: Town) -> None:
    once, again = (pool_with(tmp_path / name, big_town.tables) for name in ("a", "b"))
    link(once, at=AT)
    link(again, at=AT)
    assert links_of(once) == links_of(again)


def test_a_second_run_links_only_what_is_new(tmp_path: Path) -> None:
    living = people((1, "wang wei", 199003, 11), (2, "li na", 199003, 12))
    first = seekers(("wang wei", 199003, 11))
    pool = pool_with(tmp_path, {"population": living, "job_seekers": first})
    link(pool, at=AT)
    resume = {"resume": ["R9"], "name_token": [102], "birth_month": [199003], "phone_token": [12]}
    add(pool, {"job_seekers": table("job_seekers", resume, delivery="D000009")})
    link(pool, at=AT)
    made = [(row["delivery"], row["person"]) for row in links_of(pool)]
    assert made == [("D000001", 1), ("D000009", 2)]


def test_without_anything_to_link_the_release_stands(tmp_path: Path) -> None:
    pool = pool_with(tmp_path, {"population": people((1, "wang wei", 199003, 11))})
    before = pool.ledger.releases.latest().number
    assert link(pool, at=AT).number == before


def test_an_empty_pool_has_nothing_to_link(tmp_path: Path) -> None:
    from leye.data.pool import Pool

    assert link(Pool(tmp_path), at=AT).number == 0


def test_linkage_says_nothing(
    tmp_path: Path, big_town: Town, capfd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="splink"):
        link(pool_with(tmp_path, big_town.tables), at=AT)
    assert capfd.readouterr() == ("", "")
    assert [each for each in caplog.records if each.name.startswith("splink")] == []


def test_links_hold_no_name_and_no_number(tmp_path: Path, big_town: Town) -> None:
    pool = pool_with(tmp_path, big_town.tables)
    link(pool, at=AT)
    assert set(links_of(pool)[0]) == {
        "source",
        "delivery",
        "row",
        "person",
        "probability",
        "method",
    }


@pytest.mark.parametrize(("own", "strangers"), [(0.98, 0.2), (0.9, 1.5), (1.0, 0.05)])
def test_strangers_are_told_from_own_persons_by_counts(own: float, strangers: float) -> None:
    import math

    rows = 1_000_000
    found = round(rows * (1 - (1 - own) * math.exp(-strangers)))
    answer = own_and_others(rows=rows, found=found, pairs=round(rows * (own + strangers)))
    assert answer == pytest.approx((own, strangers), abs=0.01)
