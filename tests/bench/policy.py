"""Policies: one case answered, a city screened for a month, a change replayed, and how right it is.

``LEYE_BENCH_PEOPLE`` and ``LEYE_BENCH_FOLDER`` as for the city; a whole city is 5,000,000.
"""

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from leye.decision.policy import Case, check
from tests.bench.city import FOLDER, PEOPLE, stage
from tests.bench.figures import Measured

STAGES = ("make", "receive", "build", "screen")
_ROUNDS = 30
_MONTH = 202501


def measure() -> list[Measured]:
    """Answer one case; make a city, build it, screen its last month, replay a change."""
    with ExitStack() as stack:
        folder = Path(
            FOLDER or stack.enter_context(tempfile.TemporaryDirectory(prefix="leye-city-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        found = {name: stage(name, folder) for name in STAGES}["screen"]
    return [_one_case(), *_city(found), *_truth(found)]


def _one_case() -> Measured:
    case = Case.of(
        person={
            "birth_month": "1980-03",
            "sex": "女",
            "residence": "360902",
            "work_status": "unemployed_registered",
            "registered_unemployed": True,
            "ui_months": 40,
            "ui_county": "360902",
            "job_end_reason": "dismissed",
        }
    )
    check(case, _MONTH)
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        answered = check(case, _MONTH)
        taken.append(time.perf_counter() - began)
    words = f"warm, every programme of persons ({len(answered)}), {_ROUNDS} times"
    return Measured("policy_check_of_one", 1_000 * statistics.median(taken), "ms", None, words)


def _city(found: dict[str, Any]) -> list[Measured]:
    size = f"{PEOPLE:,} people, {found['programmes']} programmes, {found['rows']:,} rows kept"
    scan = "DuckDB scan of that month's persons, every column counted"
    return [
        Measured(
            f"policy_screen_of_a_month ({size})",
            found["screen_seconds"],
            "s",
            found["screen_seconds"] / found["floor"],
            scan,
        ),
        Measured("policy_screen_peak", found["screen_mb"], "MB", None, "every process together"),
        Measured("policy_replay", found["replay_seconds"], "s", None, "of one parameter"),
        Measured("policy_figures_of_the_city", found["figures_ms"], "ms", None, "every programme"),
    ]


def _truth(found: dict[str, Any]) -> list[Measured]:
    return [
        Measured(
            f"{each['programme']}_{name}",
            100 * each[name],
            "%",
            None,
            f"truth, {each['true']} true, {each['found']} found",
        )
        for each in found["truth"]
        for name in ("precision", "recall")
    ]
