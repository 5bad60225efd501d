"""The text of an expression with gaps filled in is the text the engine would write anew."""

from datetime import date

import ibis
import pytest
from ibis.backends.duckdb import Backend

from leye.data.pool.written import Queries, Texts, form_of
from leye.data.registers.terms import by_end_of, month_literal, whole

ROWS = ibis.table(
    {"person": "int64", "day": "date", "month": "int32", "at": "int64", "text": "string"},
    name="rows",
)


def expression(month: int, *, day: date, at: int, text: str = "one") -> ibis.Table:
    """Give an expression of a month, with a join to itself, as the registers have them."""
    now = month_literal(month)
    rows = ROWS.filter(by_end_of(ROWS.day, month) & (ROWS.month <= now) & (ROWS.text == text))
    others = rows.filter(rows.day > ibis.literal(day)).select("person", other="at").view()
    joined = rows.left_join(others, "person")
    return joined.mutate(month=now, back=whole(at) - joined.at)


def written(rows: ibis.Table) -> str:
    return str(ibis.to_sql(rows, dialect="duckdb"))


@pytest.fixture
def asked() -> list[ibis.Table]:
    return []


@pytest.fixture
def queries(asked: list[ibis.Table]) -> Queries:
    def write(rows: ibis.Table) -> str:
        asked.append(rows)
        return written(rows)

    return Queries(write)


def test_expressions_that_differ_in_months_and_days_are_written_once(
    queries: Queries, asked: list[ibis.Table]
) -> None:
    first = expression(202401, day=date(2023, 2, 28), at=24288)
    second = expression(202512, day=date(2024, 12, 1), at=24311)
    assert queries.text(first)[1] == written(first)
    assert queries.text(second)[1] == written(second)
    assert len(asked) == 1


def test_what_else_differs_is_written_anew(queries: Queries, asked: list[ibis.Table]) -> None:
    for text in ("one", "other"):
        rows = expression(202401, day=date(2023, 2, 28), at=24288, text=text)
        assert queries.text(rows)[1] == written(rows)
    assert len(asked) == 2


def test_equal_values_are_one_gap_and_different_ones_are_two(
    queries: Queries, asked: list[ibis.Table]
) -> None:
    """Were they not told apart, the value of one would stand where the other belongs."""
    same = expression(202401, day=date(2024, 1, 31), at=24288)
    differing = expression(202401, day=date(2024, 1, 30), at=24288)
    assert form_of(same).key != form_of(differing).key
    for rows in (same, differing, expression(202405, day=date(2024, 5, 31), at=24292)):
        assert queries.text(rows)[1] == written(rows)
    assert len(asked) == 2


@pytest.mark.parametrize("text", ["2000000000", "8000, 1, 1", "a 2100000001 b"])
def test_a_text_like_a_mark_stays_as_it_is(queries: Queries, text: str) -> None:
    for month in (202401, 202402):
        rows = expression(month, day=date(2024, 1, 1), at=24288, text=text)
        assert queries.text(rows)[1] == written(rows)


def test_numbers_that_are_no_months_are_part_of_the_form() -> None:
    one = ROWS.filter(ROWS.at > whole(5))
    other = ROWS.filter(ROWS.at > whole(6))
    assert form_of(one).key != form_of(other).key


def test_what_one_connection_wrote_serves_another_of_its_kind() -> None:
    """Only the tables' names and columns are in a text, whatever connection reads them."""
    texts, asked = Texts(), list[str]()
    answers = []
    for value in (1, 2):
        engine = ibis.duckdb.connect()
        engine.raw_sql(f"CREATE TABLE kept AS SELECT {value} AS person")

        def write(rows: ibis.Table, engine: Backend = engine) -> str:
            asked.append(str(engine.compile(rows)))
            return asked[-1]

        rows = engine.table("kept")
        _, query = Queries(write, texts).text(rows.mutate(twice=rows.person + rows.person))
        answers.append(engine.raw_sql(query).fetchall())
        engine.disconnect()
    assert answers == [[(1, 2)], [(2, 4)]]
    assert len(asked) == 1


def test_texts_are_forgotten_when_there_are_too_many(asked: list[ibis.Table]) -> None:
    def write(rows: ibis.Table) -> str:
        asked.append(rows)
        return written(rows)

    queries = Queries(write, Texts(most=2))
    for text in ("one", "other", "third", "third"):
        rows = expression(202401, day=date(2023, 2, 28), at=24288, text=text)
        assert queries.text(rows)[1] == written(rows)
    assert len(asked) == 3
