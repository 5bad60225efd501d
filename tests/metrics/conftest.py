"""A real pool that holds the published figures, and a way to hand it more."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.evaluator import Evaluator
from leye.data.pool import Pool, contracts
from leye.data.pool.types import CodeList, Receipt, Submission, Submitter, Verdict
from leye.data.reference import places
from leye.kernel.place import PUBLIC, Scope

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "seed" / "published_figures_2026-11-23.csv"
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HEADER = "指标,地区,时期,数值,单位,数据性质,来源,来源网址,可信度,备注,公开范围"


def code_lists() -> dict[str, CodeList]:
    """The catalogue's lists, and every place of the city and above by its code."""
    known = places()
    above = ["000000", "360000", "360900"]
    inside = [child.code for child in known.children("360900")]
    towns = [town.code for county in inside for town in known.children(county)]
    codes = {code: code for code in (*above, *inside, *towns)}
    return {**catalogue().code_lists(), "places": CodeList("places", codes)}


def hand_in(pool: Pool, content: bytes, *, place: str = "000000") -> Receipt:
    """Hand a sheet to the pool, which must accept it."""
    by = Submitter("u000001", place, Scope.of([place]), may_publish=True)
    receipt = pool.accept(
        Submission("figures.csv", content, by, AT),
        contract=contracts()["figures"],
        code_lists=code_lists(),
    )
    assert receipt.delivery.verdict is Verdict.ACCEPTED, receipt.issues
    return receipt


def sheet(*rows: str) -> bytes:
    """Give the bytes of a sheet with these rows."""
    return "\n".join((HEADER, *rows, "")).encode("utf-8-sig")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Evaluator:
    """The published figures as the public sees them. Not to be written to."""
    pool = Pool(tmp_path_factory.mktemp("published") / "pool")
    receipt = hand_in(pool, SEED.read_bytes())
    assert receipt.delivery.rows_new == 651
    return Evaluator(pool.snapshot(), catalogue=catalogue(), scope=PUBLIC)


@pytest.fixture
def held(tmp_path: Path) -> Callable[..., Evaluator]:
    """Give an evaluator of a pool of the test's own, after handing in each sheet of rows."""
    own = Pool(tmp_path / "pool")

    def after(*rows: str, scope: Scope = PUBLIC) -> Evaluator:
        if rows:
            hand_in(own, sheet(*rows))
        return Evaluator(own.snapshot(), catalogue=catalogue(), scope=scope)

    return after
