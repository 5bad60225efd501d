"""A small synthetic city, received and built once: the whole way, with nothing left out.

Each stage is a process of its own, as in the bench: the city's vault is not the tests' database.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import Pool

PEOPLE, MONTHS, FIRST, SEED = 5_000, 5, 202401, 11
AT = datetime(2026, 9, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class City:
    """Where the deliveries, the truth and the pool are, what was logged, and what was measured."""

    folder: Path
    log: str
    measured: dict[str, Any]

    @property
    def truth(self) -> Path:
        """The folder that only tests may read."""
        return self.folder / "city" / "truth"

    @property
    def pool(self) -> Pool:
        """The city's pool."""
        return Pool(self.folder / "var" / "pool")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Make the city, receive every file, build every month, and hold it to its truth."""
    folder = tmp_path_factory.mktemp("city")
    size = [str(each) for each in (PEOPLE, MONTHS, FIRST, SEED)]
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env = kept | {"LEYE_VAR": str(folder / "var"), "LEYE_LOG_LEVEL": "DEBUG"}
    said = []
    for stage in ("make", "receive", "build", "verify"):
        command = [sys.executable, "-m", "tests.bench.city_stages", stage, str(folder), *size]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        said += [done.stdout, done.stderr]
    return City(folder, "".join(said), json.loads((folder / "verify.json").read_text()))


@pytest.fixture
def measured(city: City) -> dict[str, Any]:
    """What the bench measures of the registers against the truth."""
    return city.measured
