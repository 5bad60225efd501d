"""What holds for every delivery: accepted only when no row is bad, and the bad rows are exact."""

from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leye.data.pool import Pool, Severity, Verdict, contracts
from leye.data.pool.cells import HALF, read_column
from leye.data.pool.engine import parquet, reader
from leye.data.pool.normal import half_width, plain, plain_text, trimmed
from leye.kernel.period import InvalidPeriod, Period
from leye.kernel.place import EVERYWHERE
from tests.pool.deliveries import accept, csv_of, current, lines, row, xlsx_of
from tests.pool.test_contract_refusals import REFUSED

BAD = [cells for cells, column, _ in REFUSED if column not in {"时期", "地区", "指标"}]
BAD = [cells for cells in BAD if "period" not in cells and cells.get("kind", "") != "名次"]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    marks=st.lists(st.sampled_from([None, None, None, *range(len(BAD))]), min_size=1, max_size=30),
    as_workbook=st.booleans(),
    data=st.data(),
)
def test_accepted_if_and_only_if_no_row_is_bad(
    tmp_path_factory: pytest.TempPathFactory,
    marks: list[int | None],
    as_workbook: bool,
    data: st.DataObject,
) -> None:
    pool = Pool(tmp_path_factory.mktemp("pool"))
    values = data.draw(
        st.lists(st.decimals(0, 10**12, places=6), min_size=len(marks), max_size=len(marks))
    )
    rows = [
        row(period=str(1900 + at), value=str(value), **({} if mark is None else BAD[mark]))
        if mark is None or "value" not in BAD[mark]
        else row(period=str(1900 + at), **BAD[mark])
        for at, (mark, value) in enumerate(zip(marks, values, strict=True))
    ]
    receipt = accept(pool, xlsx_of(lines(rows)) if as_workbook else csv_of(rows))
    bad = {at for at, mark in enumerate(marks, start=2) if mark is not None}
    refused = {issue.row for issue in receipt.issues if issue.severity is Severity.REFUSE}
    assert refused == bad
    assert receipt.delivery.rows_refused == len(bad)
    assert receipt.delivery.verdict is (Verdict.REFUSED if bad else Verdict.ACCEPTED)
    kept = [
        (each["period"], each["value"], each["row"]) for each in current(pool, scope=EVERYWHERE)
    ]
    assert kept == (
        [] if bad else [(str(1900 + at), Decimal(value), at + 2) for at, value in enumerate(values)]
    )


def column_of(texts: list[str], field: str) -> "list[tuple[object, set[str]]]":
    """Type a column of texts through the engine: each value, and the codes said of it."""
    engine = reader()
    column = contracts()["figures"].column(field)
    table = ibis.memtable(pa.table({"n": range(len(texts)), field: texts}))
    table = table.mutate(**{HALF + field: half_width(table[field])})
    typed = read_column(column, table)
    flags = {f"{at}_{each.code}": each.flag for at, each in enumerate(typed.findings)}
    rows = engine.to_pyarrow(table.select("n", value=typed.values, **flags).order_by("n"))
    return [
        (
            each["value"],
            {name.partition("_")[2] for name, flag in each.items() if name in flags and flag},
        )
        for each in rows.to_pylist()
    ]


UNITS = st.from_regex(r"(0|1|2|9)\d{3}(Q[1-4]|-\d{2}(-\d{2})?)?", fullmatch=True)
PERIODS = st.one_of(
    UNITS,
    st.builds("{}..{}".format, UNITS, UNITS),
    st.text(alphabet="0123456789-.Q", min_size=1, max_size=22),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(PERIODS, min_size=1, max_size=60))
@example(texts=["9999-12", "9999Q4", "9999", "9999-12-31", "1000-01-01", "0999", "2024-02-29"])
@example(texts=["2021..2021", "2021-01..2021-01", "2021-07-01..2021-06-30", "2021..2021Q1"])
def test_periods_are_read_as_the_kernel_reads_them(texts: list[str]) -> None:
    for text, (value, codes) in zip(texts, column_of(texts, "period"), strict=True):
        try:
            wanted: str | None = str(Period.parse(text))
        except InvalidPeriod:
            wanted = None
        assert value == wanted, text
        assert bool(codes) == (wanted is None), (text, codes)


NUMBERS = st.one_of(
    st.decimals(-(10**18) + 1, 10**18 - 1, places=6).map(lambda number: f"{number:f}"),
    st.decimals(-(10**8), 10**8, places=2).map(lambda number: f"{number:,}"),
    st.integers(-(10**20), 10**20).map(str),
    st.text(alphabet="0123456789,.-+万%", min_size=1, max_size=12),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(NUMBERS, min_size=1, max_size=60))
@example(texts=["999999999999.999999", "9999999999999.9", "0000000000000000000001", "1,000", "-0"])
def test_a_number_is_read_exactly_or_not_at_all(texts: list[str]) -> None:
    for text, (value, codes) in zip(texts, column_of(texts, "value"), strict=True):
        assert (value is None) == bool(codes), (text, codes)
        assert len(codes) <= 1
        if value is not None:
            assert value == Decimal(text.replace(",", ""))


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(alphabet="Ａ１％ aB人　\u2212－\u00a0", max_size=8), min_size=1))
def test_cells_and_lists_are_normalized_alike(texts: list[str]) -> None:
    table = ibis.memtable(pa.table({"n": range(len(texts)), "t": texts}))
    rows = reader().to_pyarrow(
        table.select("n", p=plain(table.t), s=trimmed(table.t)).order_by("n")
    )
    assert rows["p"].to_pylist() == [plain_text(text) for text in texts]
    assert rows["s"].to_pylist() == [text.strip(" \u3000\u00a0") for text in texts]


def test_no_files_are_an_empty_table_of_the_schema() -> None:
    schema = ibis.schema({"a": "decimal(24, 6)", "b": "timestamp('UTC')"})
    table = parquet(reader(), (), schema=schema)
    assert table.to_pyarrow().num_rows == 0
    assert table.schema() == schema
