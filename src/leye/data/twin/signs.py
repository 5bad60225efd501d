"""Credit codes (GB 32100) and names of firms, written out when asked for."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from leye.data.reference import places
from leye.data.twin.codes import FirmKind
from leye.data.twin.sources import rows
from leye.data.twin.trades import trades
from leye.data.twin.types import Firms
from leye.kernel.place import PlaceLevel

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASE36 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
# The first two characters: who registers, and what kind it is.
_HEADS = {FirmKind.COMPANY: "91", FirmKind.SOLE: "91", FirmKind.PARTNERSHIP: "91",
          FirmKind.COOPERATIVE: "93", FirmKind.HOUSEHOLD: "92", FirmKind.PUBLIC: "12"}  # fmt: skip
_CITY = "360900"


def credit_codes(firms: Firms, index: NDArray[Any]) -> pa.Array:
    """Write out the credit codes of the firms at ``index``, as text of 18 characters."""
    heads = np.zeros(max(_HEADS) + 1, dtype=np.int64)
    for kind, head in _HEADS.items():
        heads[kind] = int(head)
    front = heads[firms.kind[index]] * 1_000_000 + firms.region[index]
    text = np.empty((len(index), 18), dtype=np.uint8)
    _write(text, front, 0, 8, 10)
    _write(text, firms.number[index], 8, 16, 36)
    organisation = _values(text[:, 8:16], 36) @ _ORGANISATION_WEIGHTS
    check = 11 - organisation % 11
    text[:, 16] = np.where(check == 10, ord("X"), np.where(check == 11, ord("0"), check + 48))
    total = _values(text[:, :17], 31) @ _WEIGHTS
    text[:, 17] = np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)[(31 - total % 31) % 31]
    offsets = np.arange(0, (len(index) + 1) * 18, 18, dtype=np.int64)
    data = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text))]
    return pa.Array.from_buffers(pa.large_string(), len(index), data).cast(pa.string())


def firm_names(firms: Firms, index: NDArray[Any]) -> pa.Array:
    """Write out the names of the firms at ``index``; a few firms share a name, as they do."""
    words = _words()
    drawn = firms.name_word[index].astype(np.int64)
    kind = firms.kind[index]
    brand, rest = drawn % len(words.brands), drawn // len(words.brands)
    middle = _middles(firms.division[index], rest)
    public, shop = kind == FirmKind.PUBLIC, kind == FirmKind.HOUSEHOLD
    front = np.where(
        public, words.town_at + firms.town[index], firms.county[index].astype(np.int64)
    )
    second = np.where(public, words.blank, words.brand_at + brand)
    third = np.where(shop, words.shop_at + rest % words.shops, words.middle_at + middle)
    last = np.where(public | shop, words.blank, words.suffix_at + rest % 7 % words.suffixes)
    last = np.where(kind == FirmKind.COOPERATIVE, words.cooperative, last)
    parts = [words.table.take(pa.array(at)) for at in (front, second, third, last)]
    return pc.binary_join_element_wise(*parts, "")


class _Words:
    """Every part of a firm's name in one column, and where each kind of part starts."""

    def __init__(self) -> None:
        lists = {row["kind"]: row["words"].split() for row in rows("firm_words.csv")}
        counties = [place.name[:-1] for place in places().at_level(PlaceLevel.COUNTY, _CITY)]
        towns = [place.name for place in places().at_level(PlaceLevel.TOWN, _CITY)]
        middles = [word for group in trades().words for word in group]
        self.brands = lists["brand"]
        self.shops, self.suffixes = len(lists["shop"]), len(lists["suffix"])
        self.town_at = len(counties)
        self.brand_at = self.town_at + len(towns)
        self.shop_at = self.brand_at + len(self.brands)
        self.middle_at = self.shop_at + self.shops
        self.suffix_at = self.middle_at + len(middles)
        self.blank = self.suffix_at + self.suffixes
        self.cooperative = self.blank + 1
        every = [counties, towns, self.brands, lists["shop"], middles, lists["suffix"]]
        flat = [word for group in every for word in group]
        self.table = pa.array([*flat, "", "专业合作社"])


@cache
def _words() -> _Words:
    return _Words()


def _middles(division: NDArray[np.uint8], drawn: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the position among all middle words of one that fits the division."""
    industry = trades()
    lengths = np.array([len(group) for group in industry.words])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    row = np.zeros(100, dtype=np.int64)
    row[industry.division] = np.arange(len(industry.division))
    at = row[division]
    found: NDArray[np.int64] = starts[at] + drawn // 7 % lengths[at]
    return found


def _write(text: NDArray[np.uint8], values: NDArray[Any], first: int, last: int, base: int) -> None:
    rest = values.astype(np.int64)
    for column in range(last - 1, first - 1, -1):
        text[:, column] = _BASE36[rest % base]
        rest = rest // base


def _values(text: NDArray[np.uint8], base: int) -> NDArray[np.int64]:
    table = np.zeros(128, dtype=np.int64)
    letters = _ALPHABET if base == 31 else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for value, letter in enumerate(letters):
        table[ord(letter)] = value
    found: NDArray[np.int64] = table[text]
    return found
