"""How what registers hold becomes the stored numbers of facts; see ``situation.DTYPES``."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from leye.decision.policy.facts import Kind, fact

TYPES: Mapping[Kind, str] = {
    Kind.ANSWER: "int8",
    Kind.MONTH: "int32",
    Kind.NUMBER: "float64",
    Kind.MONEY: "float64",
    Kind.CHOICE: "int16",
    Kind.PLACE: "int32",
}
"""The columns of a frame, as the arrays of facts are."""

_NO, _UNKNOWN, _YES = (ibis.literal(number, type="int8") for number in range(3))
NOT_KNOWN = ibis.literal(float("nan"), type="float64")


def stored(value: ir.Value, kind: Kind) -> ir.Value:
    """Give a fact's column in the type of its arrays."""
    wanted = TYPES[kind]
    # An engine makes cases of small literals wider than they are said to be, so that a cast to
    # what they are said to be is left out.
    return value.cast("int64" if wanted.startswith("int") else wanted).cast(wanted)


def answer(true: ir.BooleanValue) -> ir.IntegerValue:
    """Give yes for true, no for false, unknown for null."""
    return ibis.cases((true.isnull(), _UNKNOWN), (true, _YES), else_=_NO)


def or_no(true: ir.BooleanValue) -> ir.IntegerValue:
    """Give yes for true, no for false and for who is on no list."""
    return ibis.ifelse(true.fill_null(False), _YES, _NO)


def or_unknown(true: ir.BooleanValue) -> ir.IntegerValue:
    """Give yes for true, unknown for the rest: a list that proves and does not disprove."""
    return ibis.ifelse(true.fill_null(False), _YES, _UNKNOWN)


def nobody_knows() -> ir.IntegerValue:
    """Give an answer that no register can give."""
    return _UNKNOWN


def number(value: ir.NumericValue) -> ir.FloatingValue:
    """Give a number, null as not known."""
    return value.cast("float64").fill_null(NOT_KNOWN)


def count(value: ir.NumericValue) -> ir.FloatingValue:
    """Give a number, null as none."""
    return value.cast("float64").fill_null(ibis.literal(0.0, type="float64"))


def month(value: ir.IntegerValue) -> ir.IntegerValue:
    """Give a month, null as not known."""
    return value.cast("int32").fill_null(ibis.literal(0, type="int32"))


def place(code: ir.StringValue) -> ir.IntegerValue:
    """Give the county of a place's code as a number, 0 where it is less than a county."""
    given = code.fill_null("")
    county = ibis.ifelse(given.length() >= 6, given.substr(0, 6), "0")
    return county.cast("int32")


def choice(name: str, code: ir.StringValue, options: Mapping[str, str]) -> ir.IntegerValue:
    """Give the option a code stands for, by number; 0 for no code, or one that tells nothing."""
    asked = fact(name)
    numbered = [
        (code == ibis.literal(given, type="string"), _small(asked.option_index(option)))
        for given, option in options.items()
    ]
    return ibis.cases(*numbered, else_=_small(0))


def pick(name: str, *cases: tuple[ir.BooleanValue, str]) -> ir.IntegerValue:
    """Give the option of the first case that is true, by number; 0 where none is."""
    asked = fact(name)
    numbered = [(true, _small(asked.option_index(option))) for true, option in cases]
    return ibis.cases(*numbered, else_=_small(0))


def _small(value: int) -> ir.IntegerScalar:
    return ibis.literal(value, type="int16")
