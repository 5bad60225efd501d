"""Print how close the synthetic city of fifty thousand comes to the published figures.

``python -m tools.twin_table --write`` puts the table into docs/twin.md.
"""

import argparse
from pathlib import Path

from leye.data.twin.calibration import calibration, table
from leye.data.twin.world import build_world

_DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "twin.md"
_HEAD = "| figure | unit |"


def main() -> None:
    """Print the table, or write it into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/twin.md")
    chosen = parser.parse_args()
    world = build_world(people=50_000, months=24, first_month=202401, seed=1)
    made = table(calibration(world))
    if not chosen.write:
        print(made, end="")
        return
    lines = _DOCUMENT.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(at for at, line in enumerate(lines) if line.startswith(_HEAD))
    last = next(at for at in range(first, len(lines)) if not lines[at].startswith("|"))
    _DOCUMENT.write_text("".join([*lines[:first], made, *lines[last:]]), encoding="utf-8")


if __name__ == "__main__":
    main()
