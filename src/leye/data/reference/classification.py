"""A classification: entries in levels, each valid for a time (occupations, industries, groups)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from leye.data.reference.editions import Edition
from leye.kernel.errors import InvalidInput, UnknownCode, near_matches


@dataclass(frozen=True, slots=True)
class Entry:
    """One class of a classification.

    ``level`` counts from 1, the widest. ``parent`` is the code of the nearest ancestor the list
    holds, None at the top. ``definition`` and ``basis`` (the law or plan it rests on) are blank
    where the source gives none.
    """

    code: str
    name: str
    level: int
    parent: str | None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    name_en: str = ""
    definition: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a list as it was published, kept and reported: what kind, and where."""

    kind: str
    code: str
    detail: str


class NotValidOn(InvalidInput):
    """A code that exists, but not on the day it was used for."""

    code = "code_not_valid"
    title = "代码当日无效"


class Classification:
    """The entries of one edition, by code, name, parent, level and valid date.

    Several entries may share a code. A look-up by code then gives the one of the widest level
    (2-03-01-00 is the small group, not the unit of the same code and name); ``level`` picks
    another. Rows that repeat both code and level are one entry, with the aliases of all of them.
    """

    def __init__(
        self,
        rows: Iterable[Entry],
        *,
        edition: Edition,
        kind: str,
        flaws: Sequence[Flaw] = (),
    ) -> None:
        self._kind = kind
        self.entries = _merged(rows)
        self._flaws = tuple(flaws)
        self.edition = replace(edition, note=_note(edition.note, self._flaws))
        self._by_code: dict[str, list[Entry]] = defaultdict(list)
        self._children: dict[str | None, list[Entry]] = defaultdict(list)
        self._named: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._by_code[entry.code].append(entry)
            self._children[entry.parent].append(entry)
            for name in dict.fromkeys(map(_key, (entry.name, *entry.aliases))):
                self._named[name].append(entry)
        for shared in self._by_code.values():
            shared.sort(key=lambda entry: entry.level)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, code: str, on: date | None = None, *, level: int | None = None) -> Entry:
        """Give the entry of a code, checked to be valid on a day when ``on`` is given.

        :raises UnknownCode: there is none; the hint names near matches.
        :raises NotValidOn: it is not valid on that day.
        """
        shared = self._by_code.get(code, [])
        found = next((entry for entry in shared if level in (None, entry.level)), None)
        if found is None:
            raise UnknownCode(self._kind, code, near=self._near(code))
        if on is not None:
            self._check_valid(found, on)
        return found

    def find(self, name: str) -> tuple[Entry, ...]:
        """Give the entries of this name, then those with this alias; empty when there is none."""
        key = _key(name)
        found = self._named.get(key, [])
        return tuple(sorted(found, key=lambda entry: _key(entry.name) != key))

    def children(self, code: str | None) -> tuple[Entry, ...]:
        """Give the entries directly below a code; below None, the top ones.

        :raises UnknownCode: there is no such code.
        """
        if code is not None:
            self.get(code)
        return tuple(self._children.get(code, ()))

    def at_level(self, level: int) -> tuple[Entry, ...]:
        """Give the entries of a level, in the order of the list; empty beyond the last level."""
        return tuple(entry for entry in self.entries if entry.level == level)

    def path(self, code: str) -> tuple[Entry, ...]:
        """Give the entries from the top down to this code.

        :raises UnknownCode: there is no such code.
        """
        found = [self.get(code)]
        while (parent := found[-1].parent) is not None:
            found.append(next(e for e in self._by_code[parent] if e.level < found[-1].level))
        return tuple(reversed(found))

    def flaws(self) -> tuple[Flaw, ...]:
        """Give what is wrong in the list as published; nothing of it was repaired in silence."""
        return self._flaws

    def _check_valid(self, entry: Entry, on: date) -> None:
        first = entry.valid_from or self.edition.valid_from
        last = entry.valid_to or self.edition.valid_to
        if (first is not None and on < first) or (last is not None and on > last):
            span = f"{first or '起始不详'} 至 {last or '现在'}"
            raise NotValidOn(
                f"{self._kind}“{entry.code} {entry.name}”在 {on} 无效",
                hint=f"有效期为 {span}，请换用当时的版本",
            )

    def _near(self, given: str) -> tuple[str, ...]:
        codes = near_matches(given, self._by_code)
        if codes:
            return tuple(f"{code} {self._by_code[code][0].name}" for code in codes)
        by_name = {entry.name: entry.code for entry in self.entries}
        return tuple(f"{by_name[name]} {name}" for name in near_matches(given, by_name))


def _key(name: str) -> str:
    # CSCO marks green (L) and digital (S) occupations behind the name.
    bare = "".join(name.split())
    for mark in ("L/S", "L", "S"):
        if bare.endswith(mark) and not bare.removesuffix(mark)[-1:].isascii():
            return bare.removesuffix(mark)
    return bare


def _merged(rows: Iterable[Entry]) -> tuple[Entry, ...]:
    held: dict[tuple[str, int], Entry] = {}
    for row in rows:
        first = held.get((row.code, row.level))
        if first is None:
            held[row.code, row.level] = row
        else:
            extra = first.aliases + row.aliases
            extra += () if row.name == first.name else (row.name,)
            held[row.code, row.level] = replace(first, aliases=tuple(dict.fromkeys(extra)))
    return tuple(held.values())


def _note(note: str, flaws: Sequence[Flaw]) -> str:
    counted = Counter(flaw.kind for flaw in flaws)
    return "；".join([*filter(None, [note]), *(f"{kind}{n}处" for kind, n in counted.items())])
