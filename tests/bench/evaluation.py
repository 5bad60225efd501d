"""The scorecard and a map layer from a full pool, against a raw scan of the same files."""

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from leye.analysis.atlas import map_layer
from leye.analysis.metrics import Evaluator, catalogue, plan_targets, score_all
from leye.data.pool import Pool, contracts
from leye.data.pool.types import Submission, Submitter, Verdict
from leye.doors.web.deliveries import figure_code_lists
from leye.kernel.period import Period
from leye.kernel.place import EVERYWHERE, NATION, Scope
from tests.bench.acceptance import AT, ROWS, accept
from tests.bench.figures import Measured, median, ratio_of_rounds
from tests.bench.sheets import CITY, write_sheet

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 15
ON = date(2026, 9, 1)
SCOPE = Scope.of([CITY])


def measure() -> list[Measured]:
    """Time both on a pool of the published figures and a large delivery."""
    with tempfile.TemporaryDirectory(prefix="leye-bench-") as folder:
        root = Path(folder, "pool")
        sheet = Path(folder, "figures.csv")
        write_sheet(sheet, rows=ROWS)
        accept(sheet, root)
        rows = ROWS + _seed(root)
        files = [str(path) for path in root.rglob("*.parquet") if "figures" in str(path)]
        targets = plan_targets(ROOT / "plan" / "targets.yaml")
        indicator, period = _a_layer(_evaluator(root))
        works: dict[str, Callable[[], object]] = {
            "scan": lambda: _scan(files),
            "scorecard": lambda: score_all(targets, _evaluator(root), on=ON),
            "layer": lambda: map_layer(
                _evaluator(root), indicator=indicator, parent=CITY, period=period
            ),
        }
        times: dict[str, list[float]] = {name: [] for name in works}
        for number in range(ROUNDS + 1):
            for name, work in works.items():
                began = time.perf_counter()
                work()
                if number:
                    times[name].append((time.perf_counter() - began) * 1000)
    against = f"DuckDB scan of every column of the same {rows:,} rows"
    return [
        Measured(
            f"evaluate_{name}_ms",
            median(times[name]),
            "ms",
            ratio_of_rounds(times[name], times["scan"]),
            against,
        )
        for name in ("scorecard", "layer")
    ]


def _evaluator(root: Path) -> Evaluator:
    # A new snapshot and evaluator each time: nothing is remembered from the round before.
    return Evaluator(Pool(root).snapshot(), catalogue=catalogue(), scope=SCOPE)


def _a_layer(evaluator: Evaluator) -> tuple[str, Period]:
    """Choose the layer with the most counties that have a figure."""
    best: tuple[int, str, Period] | None = None
    for indicator in evaluator.layer_indicators(parent=CITY):
        for period, count in evaluator.layer_periods(indicator.code, parent=CITY):
            if best is None or count > best[0]:
                best = (count, indicator.code, period)
    if best is None:
        raise RuntimeError("the published figures hold no layer of the counties")
    return best[1], best[2]


def _seed(root: Path) -> int:
    seed = max((ROOT / "seed").glob("published_figures_*.csv"))
    system = Submitter("system", NATION, EVERYWHERE, may_publish=True)
    receipt = Pool(root).accept(
        Submission(seed.name, seed, system, AT),
        contract=contracts()["figures"],
        code_lists=figure_code_lists(),
    )
    if receipt.delivery.verdict is not Verdict.ACCEPTED:
        raise RuntimeError(f"{receipt.delivery} {receipt.issues[:3]}")
    return receipt.delivery.rows_new


def _scan(files: list[str]) -> None:
    query = "select count(*), count(columns(*)) from read_parquet(?, union_by_name = true)"
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(query, [files]).fetchall()
