"""Build registers, or take a late delivery, in a process that ends itself where it is told to.

    python building.py <pool> <step to die at, or "-"> build <month>...
    python building.py <pool> <step> deliver
    python building.py <pool> <most bytes of a file> full <month>...

Prints the number of the latest release. "full": no file may grow larger, as on a full disk; then
the failure's code is printed.
"""

import os
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from leye.data.pool import Pool, StoreFailure
from leye.data.pool.build import build_months
from tests.pool.standing import AT, SOURCES, TABLES, deliver, pay


def main() -> None:
    root, step, what, *months = sys.argv[1:]

    def checkpoint(done: str) -> None:
        print(done, file=sys.stderr, flush=True)
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    pool = Pool(Path(root), wait=60, checkpoint=checkpoint)
    wanted = [int(month) for month in months]
    if what == "deliver":
        deliver(pool, "pays", 202403, [pay(3, 1, month=202401), pay(4, 2)])
    elif what == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(step), int(step)))
        try:
            build(pool, wanted)
        except StoreFailure as failure:
            print(failure.code, failure.detail)
    else:
        build(pool, wanted)
    print(pool.snapshot().release)


def build(pool: Pool, months: list[int]) -> None:
    build_months(pool, tables=TABLES, months=months, at=AT, engine="duckdb", sources=SOURCES)


if __name__ == "__main__":
    main()
