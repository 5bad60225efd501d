"""A large delivery through the pool's door, against a raw read of the same file.

Each round is a process of its own with an empty pool, so that its peak memory is its own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from leye.data.pool import Pool, contracts
from leye.data.pool.types import Submission, Submitter, Verdict
from leye.doors.web.deliveries import figure_code_lists
from leye.kernel.place import Scope
from tests.bench.figures import Measured, median, ratio_of_rounds
from tests.bench.sheets import CITY, write_sheet

ROWS = 100_000
ROUNDS = 5
AT = datetime(2026, 9, 1, 1, 30, tzinfo=UTC)
STEWARD = Submitter("bench", CITY, Scope.of([CITY]), may_publish=True)


def measure() -> list[Measured]:
    """Time the acceptance in several fresh processes."""
    with tempfile.TemporaryDirectory(prefix="leye-bench-") as folder:
        sheet = Path(folder, "figures.csv")
        write_sheet(sheet, rows=ROWS)
        rounds = [_in_a_process(sheet, Path(folder, f"pool{n}")) for n in range(ROUNDS)]
        megabytes = sheet.stat().st_size / 1e6
    seconds = [each["accept"] for each in rounds]
    floors = [each["read"] for each in rounds]
    against = f"DuckDB read_csv of the same {megabytes:.1f} MB, every column as text, counted"
    return [
        Measured(
            "accept_100k_rows_per_second",
            ROWS / median(seconds),
            "rows/s",
            ratio_of_rounds(seconds, floors),
            f"time of {against}",
        ),
        Measured(
            "accept_100k_peak_memory",
            median([each["peak_mb"] for each in rounds]),
            "MB",
            median([each["peak_mb"] / each["loaded_mb"] for each in rounds]),
            "the same process with everything imported, before the delivery",
        ),
    ]


def _in_a_process(sheet: Path, root: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.acceptance", str(sheet), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the delivery was not accepted:\n{done.stdout}{done.stderr}")
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def accept(sheet: Path, root: Path) -> None:
    """Hand the sheet to an empty pool.

    :raises RuntimeError: it was not accepted whole.
    """
    submission = Submission(sheet.name, sheet, STEWARD, AT)
    receipt = Pool(root).accept(
        submission, contract=contracts()["figures"], code_lists=figure_code_lists()
    )
    delivery = receipt.delivery
    if delivery.verdict is not Verdict.ACCEPTED or delivery.rows_new != delivery.rows_read:
        raise RuntimeError(f"{delivery} {receipt.issues[:3]}")


def read(sheet: Path) -> None:
    """Parse every cell of the sheet as text and count."""
    query = "select count(*), count(columns(*)) from read_csv(?, all_varchar = true)"
    with duckdb.connect() as connection:
        connection.execute(query, [str(sheet)]).fetchall()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _one_round(sheet: Path, root: Path) -> dict[str, float]:
    figure_code_lists()
    loaded = _peak_mb()
    began = time.perf_counter()
    accept(sheet, root)
    accepted = time.perf_counter() - began
    peak = _peak_mb()
    read(sheet)
    began = time.perf_counter()
    read(sheet)
    floor = time.perf_counter() - began
    return {"accept": accepted, "read": floor, "peak_mb": peak, "loaded_mb": loaded}


if __name__ == "__main__":
    print(json.dumps(_one_round(Path(sys.argv[1]), Path(sys.argv[2]))))
