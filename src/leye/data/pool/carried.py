"""The rows of long lists that stand, carried from one month of a run to the next.

The newest row of each key among some files and more files is the newest among the rows found before
and the files that were added, so a month need not look at all that was ever delivered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis

from leye.data.pool.engines import Workbench
from leye.data.pool.resolve import Key, Once, Read, newest_of, newest_rows
from leye.data.pool.store import month_of_file


@dataclass(frozen=True, slots=True)
class _Held:
    files: frozenset[str]
    links: int
    rows: ibis.Table

    def goes_on_with(self, files: frozenset[str], links: int) -> bool:
        """Whether these are the same files and later ones, seen by the same links."""
        last = max(map(_month, self.files), default=0)
        return (
            self.links == links
            and self.files <= files
            and all(_month(file) > last for file in files - self.files)
        )


class Carried:
    """What stands of each long list, for the months built one after the other on a workbench.

    After a fault on the way, a list is found from the beginning again.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._held: dict[str, _Held] = {}
        self._links: tuple[int, ibis.Table] | None = None
        self._once: dict[tuple[str, int], ibis.Table | None] = {}

    def links(self, *, version: int, find: Callable[[], ibis.Table]) -> ibis.Table:
        """Give the links of all sources in a version, which ``find`` finds."""
        known, self._links = self._links, None
        if known is None or known[0] != version:
            known = version, self._bench.hold("links_found", find())
        self._links = known
        return known[1]

    def once(
        self, name: str, file: str, *, links: int, find: Callable[[], ibis.Table]
    ) -> ibis.Table | None:
        """Give what ``find`` finds of a file, None where it is no row; the file is looked at once.

        ``links`` is the version of the links that ``find`` goes by.
        """
        at = (file, links)
        if at not in self._once:
            found = self._bench.hold(f"once_{name}_{len(self._once)}", find())
            some = self._bench.batches(found.limit(1)).read_all().num_rows
            self._once[at] = found if some else None
        return self._once[at]

    def newest(
        self,
        name: str,
        files: Sequence[str],
        *,
        read: Read,
        key: Key,
        links: int,
        once: Once | None = None,
    ) -> ibis.Table:
        """Give what ``newest_rows`` gives of the files of a source; it holds until asked again.

        ``links`` is the version of the links that ``read`` fills in.
        """
        held, there = self._held.pop(name, None), frozenset(files)
        if held is None or not held.goes_on_with(there, links):
            rows = self._bench.hold(
                f"held_{name}", newest_rows(files, read=read, key=key, once=once)
            )
        elif added := sorted(there - held.files):
            fresh = self._bench.keep(f"fresh_{name}", newest_of(read(added), key))
            rows = self._bench.renew(f"held_{name}", fresh, key)
        else:
            rows = held.rows
        self._held[name] = _Held(there, links, rows)
        return rows


def _month(file: str) -> int:
    return month_of_file(file) or 0
