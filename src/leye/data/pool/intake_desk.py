"""What one department's delivery is received with, and what receiving it comes to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ibis.backends.duckdb import Backend

from leye.data.pool.files import Landed
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.quality import Quality
from leye.data.pool.source_plan import SourcePlan
from leye.data.pool.source_present import Against
from leye.data.pool.source_totals import Totals
from leye.data.pool.source_types import SourceContract
from leye.data.pool.source_verdict import Judgement
from leye.data.pool.transaction import Transaction
from leye.data.pool.types import Delivery, Submitter


@dataclass(frozen=True, slots=True)
class SourceSubmission:
    """A department's file as handed in, for the month it is the delivery of."""

    source: str
    month: int
    file_name: str
    content: bytes | Path
    by: Submitter
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that a held delivery is to be taken: which, and why."""

    delivery: str
    reason: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What one delivery is received with. ``before`` are the source's deliveries, newest first.

    ``identity`` is the id this one gets, ``step`` is called with each step done.
    """

    contract: SourceContract
    plan: SourcePlan
    submission: SourceSubmission
    before: tuple[Delivery, ...]
    identity: str
    change: Transaction
    engine: Backend
    pseudonymiser: Pseudonymiser
    landing: Path
    work: Path
    step: Callable[[str], None]

    @property
    def good(self) -> str:
        """The condition of a row that is not set aside, over ``typed`` as ``t`` or alone."""
        return f"(err & {self.plan.refusing}) = 0"


@dataclass(frozen=True, slots=True)
class Examined:
    """What a delivery was found to be: the verdict, the counts, and what is kept of its rows."""

    judgement: Judgement
    totals: Totals | None = None
    against: Against | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is written of a delivery besides its rows."""

    delivery: Delivery
    quality: tuple[Quality, ...]


NOTHING_LANDED = Landed(Path(), "", 0)
