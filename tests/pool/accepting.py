"""Accept one file in a process of its own, which ends itself where it is told to.

    python accepting.py <pool> <file> <step to die at, or "-"> [place]

Prints the delivery's id, verdict and whether it was repeated.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from leye.data.pool import Pool
from tests.pool.deliveries import accept, submitter


def main() -> None:
    root, file, step = sys.argv[1:4]
    place = sys.argv[4] if len(sys.argv) > 4 else "360900"

    def checkpoint(done: str) -> None:
        print(done, file=sys.stderr, flush=True)
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    pool = Pool(Path(root), wait=60, checkpoint=checkpoint)
    receipt = accept(pool, Path(file), by=submitter(place))
    print(receipt.delivery.id, receipt.delivery.verdict, receipt.repeated)


if __name__ == "__main__":
    main()
