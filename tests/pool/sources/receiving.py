"""Receive one departmental file in a process of its own, which ends itself where it is told to.

    python receiving.py <pool> <file> <source> <month> <step to die at, or "-">

Prints the delivery's id, verdict and whether it was repeated.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from leye.data.pool import Pool
from tests.pool.sources.feeds import TestVault, receive


def main() -> None:
    root, file, source, month, step = sys.argv[1:6]

    def checkpoint(done: str) -> None:
        print(done, file=sys.stderr, flush=True)
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    pool = Pool(Path(root), wait=120, checkpoint=checkpoint)
    receipt = receive(pool, Path(file), vault=TestVault(), source=source, month=int(month))
    print(receipt.delivery.id, receipt.delivery.verdict, receipt.repeated)


if __name__ == "__main__":
    main()
