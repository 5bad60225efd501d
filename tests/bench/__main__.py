"""Run the benches: a table on the screen, ``build/bench.json`` for machines.

python -m tests.bench [pages] [acceptance] [evaluation] [atlas] [city] [policy] [warning] [desk]
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.bench import acceptance, atlas, city, desk, evaluation, pages, policy, warning
from tests.bench.figures import Measured

ROOT = Path(__file__).resolve().parent.parent.parent
BENCHES = {
    "acceptance": acceptance,
    "evaluation": evaluation,
    "pages": pages,
    "atlas": atlas,
    "city": city,
    "policy": policy,
    "warning": warning,
    "desk": desk,
}


def main(wanted: list[str]) -> int:
    """Measure, print and write."""
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        print(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
        return 2
    found: list[Measured] = []
    for name in wanted or list(BENCHES):
        print(f"Measuring {name} 正在测量 …", flush=True)
        began = time.monotonic()
        found += BENCHES[name].measure()
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
    print_table(found)
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    lines = {each.name: {k: v for k, v in asdict(each).items() if k != "name"} for each in found}
    target.write_text(json.dumps(lines, indent=2, ensure_ascii=False) + "\n")
    print(f"\n{target.relative_to(ROOT)}")
    return 0


def print_table(found: list[Measured]) -> None:
    """Print one line for each figure."""
    wide = max(len(each.name) for each in found)
    print(f"\n{'':{wide}}  {'value':>10} {'':7} {'ratio':>7}  against")
    for each in found:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}x"
        value = f"{each.value:,.1f}"
        print(f"{each.name:{wide}}  {value:>10} {each.unit:7} {ratio:>7}  {each.against}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
