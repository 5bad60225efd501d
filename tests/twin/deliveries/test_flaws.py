"""The flaws: each happens about as often as its setting says, and does what it says."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pytest
from stdnum.cn import ric

from leye.data.twin.deliveries.name_variants import employer_variant, name_variant
from leye.data.twin.deliveries.rates import FlawKind, FlawRate, default_rates, no_flaws
from leye.data.twin.deliveries.shape import shapes
from leye.data.twin.deliveries.spoil import FlawCount, Spoiler, days_late
from leye.data.twin.deliveries.texts import PERSON, WRONG, coded, numbered, rows_of, same

ROWS = 20_000
LEDGER = "labour_ledger"


def valid_numbers(count: int) -> pa.Array:
    made = []
    for serial in range(count):
        birth = f"{1960 + serial % 45}{serial % 12 + 1:02d}{serial % 28 + 1:02d}"
        head = f"360902{birth}{serial % 1000:03d}"
        made.append(head + ric.calc_check_digit(head + "0"))
    return pa.array(made)


def ledger(count: int = ROWS, *, first: int = 0) -> pa.Table:
    """Rows as the labour ledger's exporter gives them."""
    who = np.arange(first, first + count)
    return rows_of(
        who,
        id_number=valid_numbers(first + count)[first:],
        name=coded(["张志伟", "刘丽华", "陈喆", "欧阳建国", "王芳"], who % 5),
        phone=numbered("138", who, width=8),
        status=coded([f"{code:02d}" for code in range(11)], who % 10 + 1),
        destination=coded(["440300", "330100"], np.where(who % 3 == 0, who % 2, -1)),
        occupation=same(None, count),
        checked=coded(["2024-01-05", "2024-01-06"], who % 2),
        place=coded(["360902008001", "360981100201"], who % 2),
    )


def only(kind: FlawKind, rate: float) -> Mapping[FlawKind, FlawRate]:
    """Rates under which one kind of flaw happens and no other."""
    each = no_flaws()[kind]
    given = FlawRate(kind, each.why, rate, MappingProxyType({}), each.months, each.days)
    return {**no_flaws(), kind: given}


def delivered(
    rates: Mapping[FlawKind, FlawRate],
    *months: pa.Table,
    source: str = LEDGER,
    seed: int = 7,
) -> tuple[list[pa.Table], list[FlawCount]]:
    """What arrives month by month, and how often flaws happened."""
    spoiler = Spoiler(shapes()[source], rates, seed)
    counts: list[FlawCount] = []
    arrived = []
    for month in months:
        batches = [month] if month.num_rows else []
        parts = list(spoiler.deliver(batches, counts=counts))
        arrived.append(pa.concat_tables(parts) if parts else None)
    return arrived, counts


def changed(before: pa.Table, after: pa.Table, column: str) -> np.ndarray:
    pairs = zip(before.column(column).to_pylist(), after.column(column).to_pylist(), strict=True)
    return np.array([one != other for one, other in pairs])


def test_without_flaws_the_rows_arrive_as_they_are() -> None:
    clean = ledger()

    (arrived,), counts = delivered(no_flaws(), clean)

    assert arrived.select(clean.column_names).equals(clean)
    assert not any(count.happened for count in counts)


def test_a_wrong_number_has_one_wrong_digit_or_two_swapped_and_fails_its_check_digit() -> None:
    clean = ledger()

    (arrived,), _ = delivered(only(FlawKind.WRONG_NUMBER, 0.02), clean)

    wrong = changed(clean, arrived, "id_number")
    assert 0.015 < wrong.mean() < 0.025
    assert arrived.column(WRONG).to_numpy().tolist() == wrong.tolist()
    kinds = set()
    for at in np.flatnonzero(wrong):
        right, typed = (table.column("id_number")[at].as_py() for table in (clean, arrived))
        differing = [n for n in range(18) if right[n] != typed[n]]
        swapped = len(differing) == 2 and differing[1] == differing[0] + 1
        assert swapped or len(differing) == 1
        if swapped:
            assert right[differing[0]] == typed[differing[1]]
        assert ric.calc_check_digit(typed) != typed[-1]
        kinds.add(swapped)
    assert kinds == {True, False}


def test_a_wrong_number_stays_the_same_wrong_number_month_after_month() -> None:
    clean = ledger()

    (first, second), _ = delivered(only(FlawKind.WRONG_NUMBER, 0.02), clean, clean)

    assert changed(clean, first, "id_number").any()
    assert first.column("id_number").equals(second.column("id_number"))


@pytest.mark.parametrize("kind", [FlawKind.MISSING, FlawKind.DUPLICATED, FlawKind.LATE])
def test_rows_are_lost_doubled_or_held_back_at_the_rate_set(kind: FlawKind) -> None:
    (arrived, *_), counts = delivered(only(kind, 0.03), ledger())

    sign = 1 if kind is FlawKind.DUPLICATED else -1
    assert arrived.num_rows == ROWS + sign * counts_of(counts, kind).happened
    assert abs(counts_of(counts, kind).happened / ROWS - 0.03) < 0.006


def counts_of(counts: list[FlawCount], kind: FlawKind) -> FlawCount:
    return next(count for count in counts if count.kind is kind)


def test_late_rows_come_within_three_months_and_only_once() -> None:
    none = ledger(0)

    arrived, _ = delivered(only(FlawKind.LATE, 0.03), ledger(), none, none, none, none)

    assert all(later.num_rows for later in arrived[1:4])
    assert arrived[4] is None
    everybody = [who for part in arrived[:4] for who in part.column(PERSON).to_pylist()]
    assert sorted(everybody) == list(range(ROWS))


def test_a_late_record_that_comes_again_meanwhile_is_not_sent_in_its_old_form() -> None:
    old, new = ledger(), ledger().set_column(3, "status", same("10", ROWS))

    arrived, _ = delivered(only(FlawKind.LATE, 0.5), old, new, ledger(0), ledger(0))

    later = pa.concat_tables([part for part in arrived[1:] if part is not None])
    assert set(later.column("status").to_pylist()) == {"10"}


def test_a_corrected_row_has_a_neighbours_value_first_and_is_right_later() -> None:
    clean, none = ledger(), ledger(0)

    arrived, _ = delivered(only(FlawKind.CORRECTED, 0.02), clean, none, none, none)

    fields = shapes()[LEDGER].slips
    assert set(fields) == {"status", "checked", "place"}
    wrong = np.any([changed(clean, arrived[0], field) for field in fields], axis=0)
    assert 0.01 < wrong.mean() < 0.025
    assert arrived[0].column("id_number").equals(clean.column("id_number"))
    later = pa.concat_tables([part for part in arrived[1:] if part is not None])
    assert sorted(later.column(PERSON).to_pylist()) == np.flatnonzero(wrong).tolist()
    for row in later.select(clean.column_names).to_pylist():
        assert row == clean.slice(row[PERSON], 1).to_pylist()[0]


def test_a_village_ledgers_changes_lag_but_its_first_list_is_complete() -> None:
    later, none = ledger(first=ROWS), ledger(0)

    arrived, _ = delivered(only(FlawKind.LEDGER_LAG, 0.4), ledger(), later, none, none, none, none)

    assert arrived[0].num_rows == ROWS
    assert abs(arrived[1].num_rows / ROWS - 0.6) < 0.02
    assert all(part.num_rows for part in arrived[2:5])
    assert arrived[5] is None


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (FlawKind.NAME_VARIANT, "name"),
        (FlawKind.OLD_CODE, "status"),
        (FlawKind.UNKNOWN_PLACE, "place"),
        (FlawKind.FORMULA_CELL, "name"),
    ],
)
def test_a_flaw_of_cells_touches_its_own_column_at_the_rate_set(
    kind: FlawKind, column: str
) -> None:
    clean = ledger()

    (arrived,), counts = delivered(only(kind, 0.05), clean)

    touched = changed(clean, arrived, column)
    counted = counts_of(counts, kind)
    assert touched.sum() == counted.happened
    # A status without an older code, one in ten, cannot be written as one.
    assert abs(counted.happened / counted.possible - 0.05) < 0.009
    for other in set(clean.column_names) - {column}:
        assert arrived.column(other).equals(clean.column(other))


def test_blank_cells_are_only_those_that_may_be_blank() -> None:
    clean = ledger()

    (arrived,), _ = delivered(only(FlawKind.BLANK_CELL, 0.3), clean)

    assert changed(clean, arrived, "phone").any()
    required = ("id_number", "name", "status", "checked", "place")
    assert not any(changed(clean, arrived, field).any() for field in required)


def test_old_codes_are_codes_the_contract_still_accepts() -> None:
    for shape in shapes().values():
        for field, former in shape.former_codes.items():
            column = shape.contract.column(field)
            listed = shape.contract.codes.get(column.codes, {})
            for code, old in former.items():
                assert old not in listed or column.kind == "place"
                assert old != code


def test_a_spell_end_once_unreported_stays_unreported() -> None:
    count = 5_000
    who = np.arange(count)
    columns = {
        name: same("1", count)
        for name in ("name", "uscc", "kind", "occupation", "start", "end", "wage", "place")
    }
    ended = rows_of(
        who,
        contract=numbered("HT", who, width=10),
        id_number=valid_numbers(count),
        ended=same("2024-01-31", count),
        end_reason=same("3", count),
        **columns,
    )

    (first, second), counts = delivered(
        only(FlawKind.END_NEVER_REPORTED, 0.2), ended, ended, source="labour_filing"
    )

    open_still = changed(ended, first, "ended")
    assert abs(open_still.mean() - 0.2) < 0.02
    assert (changed(ended, first, "end_reason") == open_still).all()
    assert first.column("ended").equals(second.column("ended"))
    assert counts_of(counts, FlawKind.END_NEVER_REPORTED).possible == count


def test_a_name_variant_is_another_spelling_of_the_same_name() -> None:
    variants = {name_variant("陈志喆", chance=chance) for chance in range(200)}

    assert "陈志喆" not in variants
    assert {"陳志喆", "陈智喆", "陈志吉吉", "陈\u3000志喆", "陈志喆 "} <= variants


def test_an_advertisers_name_for_itself_differs_from_the_registered_one() -> None:
    registered = "丰城锂兴新能源科技有限公司"

    variants = {employer_variant(registered, chance=chance) for chance in range(50)}

    assert registered not in variants
    assert {"锂兴新能源科技", "丰城锂兴新能源有限公司", f"{registered}（急招）"} <= variants


def test_whole_deliveries_are_late_about_as_often_as_set() -> None:
    rates = default_rates()
    late = [
        days_late(source=source, month=month, seed=3, rates=rates)
        for source in shapes()
        for month in range(202401, 202513)
    ]

    share = np.mean([days > 0 for days in late])
    assert 0.04 < share < 0.08
    assert {days for days in late if days} <= set(range(3, 21))


def test_the_default_rates_flaw_about_one_row_in_a_hundred_and_more_in_ledgers() -> None:
    rates = default_rates()
    aside = {
        FlawKind.END_NEVER_REPORTED,
        FlawKind.WHOLE_DELIVERY_LATE,
        FlawKind.EMPLOYER_NAME_VARIANT,
        FlawKind.LEDGER_LAG,
    }

    def overall(source: str) -> float:
        return sum(rate.of(source) for kind, rate in rates.items() if kind not in aside)

    assert 0.002 < overall("contributions") < 0.01
    assert 0.005 < overall("unemployment_registration") < 0.011
    assert 0.02 < overall(LEDGER) < 0.03
    assert all(len(rate.why) > 40 for rate in rates.values())


def test_the_same_seed_flaws_the_same_rows_and_another_others() -> None:
    rates = default_rates()

    once, again, other = (delivered(rates, ledger(), seed=seed)[0][0] for seed in (7, 7, 8))

    assert once.equals(again)
    assert not once.equals(other)
