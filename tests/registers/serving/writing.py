"""Write a serving copy in a process that ends itself where it is told to.

python writing.py <pool> <step to die at> <release> <people in 202401> <people in 202402>
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.registers.serving.small import write_small


def main() -> None:
    root, step, release, *people = sys.argv[1:]

    def checkpoint(done: str) -> None:
        print(done, file=sys.stderr, flush=True)
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    cells = {
        202401 + number: [{"level": "city", "place": "360900", "population16": int(each)}]
        for number, each in enumerate(people)
    }
    write_small(Path(root), release=int(release), cells=cells, checkpoint=checkpoint)


if __name__ == "__main__":
    main()
