"""Giving each different text of a column its value, once, however many rows hold it.

For every column that is looked up a table ``of_<field>`` comes to be: ``given`` and ``value``, null
where the text means nothing. Rows are then joined to it, so that spellings cost by their number.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends.duckdb import Backend

from leye.data.pool.engine import make
from leye.data.pool.identifiers import (
    Settled,
    births,
    employer_keys,
    settle_credit_code,
    settle_identity,
    sexes,
    sound_credit_codes,
    sound_identities,
)
from leye.data.pool.normal import BLANKS, FULL, HALF
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.source_contract import Kind, SourceColumn, SourceContract
from leye.data.pool.source_lists import spellings
from leye.data.pool.source_reading import TEXTS
from leye.data.pool.sql import call, column, either, inner, literal, select

LOOKED_UP = frozenset(
    {
        Kind.IDENTITY,
        Kind.CREDIT_CODE,
        Kind.CODE,
        Kind.YES_NO,
        Kind.PLACE,
        Kind.MONTH,
        Kind.DATE,
        Kind.BIRTH,
    }
)
"""Kinds that are looked up always; names and phones are where a keyed number of them is kept."""
NUMBERS = "numbers"
"""The table of sound identity numbers: ``ref`` and ``number``. Never written to the disk."""
_FEATURES = {Kind.NAME: "name", Kind.PHONE: "phone"}


def of_table(field: str) -> str:
    """Give the name of the table of a field's texts and values."""
    return f"of_{field}"


def looked_up(each: SourceColumn) -> bool:
    """Whether a column's texts are looked up."""
    return each.kind in LOOKED_UP or (each.kind in _FEATURES and each.token)


def resolve(contract: SourceContract, pseudonymiser: Pseudonymiser, engine: Backend) -> None:
    """Make the table of every looked up column out of ``texts``."""
    for each in contract.columns:
        if not looked_up(each):
            continue
        if each.kind is Kind.IDENTITY:
            _identities(each, engine)
        elif each.kind is Kind.CREDIT_CODE:
            _credit_codes(each, engine)
        elif each.kind in _FEATURES:
            _features(each, pseudonymiser, engine)
        elif each.kind in (Kind.MONTH, Kind.DATE, Kind.BIRTH):
            _calendar(each, engine)
        else:
            _coded(each, _listed(contract, each.field), engine)


def plain_sql(text: str) -> str:
    """Give the expression for a text's plain spelling; see ``normal.plain``."""
    half = call("translate", text, literal(FULL), literal(HALF))
    return call("lower", call("replace", half, literal(" "), literal("")))


def trimmed_sql(text: str) -> str:
    """Give the expression for a text without blanks of any kind at its ends, null if blank."""
    last = f"right({text}, 1)"
    wide = [f"{last} = {literal(blank)}" for blank in BLANKS if not blank.isascii()]
    # Trimming costs ten times the look at the ends, and hardly any cell needs it.
    needs = either([may_be_blank(text), f"{last} < '!'", *wide])
    trimmed = call("nullif", call("trim", text, literal(BLANKS)), literal(""))
    return f"CASE WHEN {needs} THEN {trimmed} ELSE {text} END"


def may_be_blank(text: str) -> str:
    """Give the condition that a text begins with a blank: it never fails to hold where one does."""
    wide = (f"starts_with({text}, {literal(blank)})" for blank in BLANKS if not blank.isascii())
    return either([f"{text} < '!'", *wide])


def _given(field: str) -> str:
    there = f"{column(field)} IS NOT NULL"
    return select({"given": column(field)}, TEXTS, distinct=True, where=there)


def _fetched(field: str, engine: Backend) -> pa.Array:
    """Give a column's different texts, in an order of their own."""
    found = engine.con.execute(_given(field)).to_arrow_table().column(0)
    return found.combine_chunks() if found.num_chunks != 1 else found.chunk(0)


def _keep(name: str, table: pa.Table, engine: Backend) -> None:
    engine.con.register("incoming", table)
    try:
        make(engine, name, select("*", "incoming"))
    finally:
        engine.con.unregister("incoming")


# --- identity numbers and credit codes: arithmetic, and the library for what it doubts


def _identities(each: SourceColumn, engine: Backend) -> None:
    """Make ``of_<field>``: the place of the number among the sound ones, its birth and sex."""
    given = _fetched(each.field, engine)
    sound = sound_identities(given)
    doubted = {text: settle_identity(text) for text in _doubted(given, sound)}
    numbers = _righted(given, sound, doubted)
    known = pc.is_valid(numbers)
    which = numbers.filter(known)
    different, refs = _numbered(which, given.filter(known))
    every = pa.array(np.arange(len(different)), pa.int32())
    _keep(NUMBERS, pa.table({"ref": every, "number": different}), engine)
    _keep(
        of_table(each.field),
        pa.table(
            {
                "given": given.filter(known),
                "value": refs,
                "birth": pa.array(births(which)),
                "sex": sexes(which),
                "reason": pa.nulls(len(which), pa.string()),
            }
        ),
        engine,
    )
    _keep_unsound(each, doubted, engine)


def _numbered(numbers: pa.Array, given: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give the different numbers, and the place among them of each."""
    if numbers.equals(given):
        # Texts that differ and are their own right form are different numbers.
        return numbers, pa.array(np.arange(len(numbers)), pa.int32())
    encoded = numbers.dictionary_encode()
    return encoded.dictionary, encoded.indices.cast(pa.int32())


def _credit_codes(each: SourceColumn, engine: Backend) -> None:
    """Make ``of_<field>``: the employer's key, and the code in its right form."""
    given = _fetched(each.field, engine)
    sound = sound_credit_codes(given)
    doubted = {text: settle_credit_code(text) for text in _doubted(given, sound)}
    codes = _righted(given, sound, doubted)
    known = pc.is_valid(codes)
    which = codes.filter(known)
    _keep(
        of_table(each.field),
        pa.table(
            {
                "given": given.filter(known),
                "value": pa.array(employer_keys(which)),
                "code": which,
                "reason": pa.nulls(len(which), pa.string()),
            }
        ),
        engine,
    )
    _keep_unsound(each, doubted, engine)


def _doubted(given: pa.Array, sound: np.ndarray) -> list[str]:
    return list(given.filter(pa.array(~sound)).to_pylist())


def _righted(given: pa.Array, sound: np.ndarray, doubted: Mapping[str, Settled]) -> pa.Array:
    """Give each text in its right form, null where it has none."""
    put_right = pa.array([settled.number for settled in doubted.values()], pa.string())
    return pc.replace_with_mask(given, pa.array(~sound), put_right)


def _keep_unsound(each: SourceColumn, doubted: Mapping[str, Settled], engine: Backend) -> None:
    unsound = [(text, said.reason) for text, said in doubted.items() if said.number is None]
    texts, reasons = zip(*unsound, strict=True) if unsound else ((), ())
    table = pa.table(
        {"given": pa.array(texts, pa.string()), "reason": pa.array(reasons, pa.string())}
    )
    engine.con.register("incoming", table)
    name = column(of_table(each.field))
    engine.raw_sql(f"INSERT INTO {name} BY NAME {select('*', 'incoming')}")
    engine.con.unregister("incoming")


# --- names and phones, where a keyed number of them is kept


def _features(each: SourceColumn, pseudonymiser: Pseudonymiser, engine: Backend) -> None:
    written = call("translate", column("given"), literal(FULL), literal(HALF))
    unwanted = r"[\s·•.]" if each.kind is Kind.NAME else r"[^0-9]"
    said = call("regexp_replace", written, literal(unwanted), literal(""), literal("g"))
    query = select(
        {"given": column("given"), "said": call("upper", said)}, inner(_given(each.field), "d")
    )
    found = engine.con.execute(query).to_arrow_table().combine_chunks()
    said_so = _one(found.column("said"))
    values = pseudonymiser.feature_tokens(_FEATURES[each.kind], said_so)
    _keep(
        of_table(each.field),
        pa.table({"given": _one(found.column("given")), "value": values}),
        engine,
    )


def _one(values: pa.ChunkedArray) -> pa.Array:
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


# --- codes, months and days


@lru_cache(maxsize=512)
def _listed(contract: SourceContract, field: str) -> pa.Table:
    listed = spellings(contract, field)
    return pa.table({"spelling": list(listed), "code": list(listed.values())})


def _coded(each: SourceColumn, listed: pa.Table, engine: Backend) -> None:
    value = "l.code = '1'" if each.kind is Kind.YES_NO else "l.code"
    joined = f"{inner(_given(each.field), 'd')} LEFT JOIN listed AS l ON l.spelling = "
    query = select({"given": "d.given", "value": value}, joined + plain_sql("d.given"))
    engine.con.register("listed", listed)
    try:
        make(engine, of_table(each.field), query)
    finally:
        engine.con.unregister("listed")


_FIRST_YEAR, _LAST_YEAR = 1850, 2200


def _calendar(each: SourceColumn, engine: Backend) -> None:
    """Read months and days as departments write them: 202401, 2024-1, 2024年1月, 2024/1/31."""
    dashed = call(
        "regexp_replace", plain_sql("given"), literal("[年月/.-]+"), literal("-"), literal("g")
    )
    bare = call("regexp_replace", dashed, literal("-$|日.*$|t?[0-9]{2}:.*$"), literal(""))
    parted = call(
        "regexp_replace",
        bare,
        literal("^([0-9]{4})([0-9]{2})([0-9]{2})?$"),
        literal(r"\1-\2-\3"),
    )
    said = select(
        {"given": "given", "said": f"trim({parted}, '-')"}, inner(_given(each.field), "d")
    )
    day = literal("^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$")
    month = literal("^[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?$")
    if each.kind is Kind.MONTH:
        year, of_year = (f"CAST(split_part(said, '-', {n}) AS INTEGER)" for n in (1, 2))
        value = f"CASE WHEN regexp_matches(said, {month}) THEN {year} * 100 + {of_year} END"
        real = (
            f"value % 100 BETWEEN 1 AND 12 AND value // 100 BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}"
        )
    else:
        value = f"CASE WHEN regexp_matches(said, {day}) THEN TRY_CAST(said AS DATE) END"
        real = f"year(value) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}"
    valued = select({"given": "given", "value": value}, inner(said, "s"))
    final = select(
        {"given": "given", "value": f"CASE WHEN {real} THEN value END"}, inner(valued, "v")
    )
    make(engine, of_table(each.field), final)
