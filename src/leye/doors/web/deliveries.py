"""Handing figures to the pool, the same way from a page and from the command line."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from leye.analysis.metrics import catalogue
from leye.data.pool import Contract, Pool, contracts
from leye.data.pool.types import (
    CodeList,
    Receipt,
    Submission,
    Submitter,
    UnknownDelivery,
    code_lists,
)
from leye.data.reference import Place, places
from leye.kernel.place import PlaceLevel

_NAMED = (PlaceLevel.NATION, PlaceLevel.PROVINCE, PlaceLevel.CITY, PlaceLevel.COUNTY)
"""Levels whose names may be written instead of codes; names of towns and villages repeat."""
_NUMBER = re.compile("D[0-9]{6,12}")
_SHOWN = 40


def delivery_number(given: str) -> str:
    """Give the number of a delivery as it stands in an address.

    :raises UnknownDelivery: it has not the form of one.
    """
    if not _NUMBER.fullmatch(given):
        shown = "".join(letter for letter in given if letter.isprintable())[:_SHOWN]
        raise UnknownDelivery(f"“{shown}”", hint="批次编号写作 D000001，请核对后再试")
    return given


def figures_contract() -> Contract:
    """Give the contract (数据标准) of sheets of figures."""
    return contracts()["figures"]


@cache
def figure_code_lists() -> Mapping[str, CodeList]:
    """Give every code list the contract of figures refers to, places included."""
    return {**catalogue().code_lists(), **code_lists([_place_list()])}


def submit(
    pool: Pool,
    *,
    file_name: str,
    content: bytes | Path,
    by: Submitter,
    at: datetime,
    check_only: bool = False,
) -> Receipt:
    """Hand in a sheet of figures, or only have it checked.

    A file that cannot be read is refused like one with bad rows: the receipt says why.

    :raises PoolBusy: another delivery is being accepted.
    """
    submission = Submission(file_name=file_name, content=content, by=by, at=at)
    door = pool.check if check_only else pool.accept
    return door(submission, contract=figures_contract(), code_lists=figure_code_lists())


def _place_list() -> CodeList:
    every = [place for level in PlaceLevel for place in places().at_level(level)]
    spellings = {place.code: place.code for place in every}
    named: list[Place] = [place for place in every if place.level in _NAMED]
    counts = Counter(place.name for place in every)
    spellings |= {place.name: place.code for place in named if counts[place.name] == 1}
    # Only names somebody may write are kept here; a town's name is refused as unknown either way.
    ambiguous = frozenset(name for name, count in counts.items() if count > 1)
    labels = {place.code: place.name for place in every}
    return CodeList("places", spellings, ambiguous, labels)
