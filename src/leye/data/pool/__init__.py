"""The data pool: contracts, acceptance, the catalogue of deliveries, and consistent snapshots."""

from leye.data.pool.contract import (
    Check,
    Column,
    ColumnType,
    Contract,
    InvalidContract,
    Privacy,
    contracts,
)
from leye.data.pool.intake_desk import SourceSubmission
from leye.data.pool.intake_held import NotHeld
from leye.data.pool.pool import NothingToPublish, Pool
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.quality import (
    Dimension,
    Due,
    Quality,
    expected,
    latest_quality,
    quality_of,
    quality_over_time,
)
from leye.data.pool.snapshot import Snapshot, UnknownTable
from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.pool.source_types import SourceContract
from leye.data.pool.store import StoreFailure
from leye.data.pool.template import template
from leye.data.pool.types import (
    CodeList,
    Delivery,
    PoolBusy,
    Receipt,
    RowIssue,
    Severity,
    Submission,
    Submitter,
    UnknownDelivery,
    UnknownRelease,
    UnreadableFile,
    Verdict,
    code_lists,
)

__all__ = [
    "Check",
    "CodeList",
    "Column",
    "ColumnType",
    "Contract",
    "Delivery",
    "Dimension",
    "Due",
    "InvalidContract",
    "NotHeld",
    "NothingToPublish",
    "Pool",
    "PoolBusy",
    "Privacy",
    "Pseudonymiser",
    "Quality",
    "Receipt",
    "RowIssue",
    "Severity",
    "Snapshot",
    "SourceContract",
    "SourceSubmission",
    "StoreFailure",
    "Submission",
    "Submitter",
    "UnknownDelivery",
    "UnknownRelease",
    "UnknownTable",
    "UnreadableFile",
    "Verdict",
    "code_lists",
    "contracts",
    "expected",
    "latest_quality",
    "quality_of",
    "quality_over_time",
    "source_contracts",
    "stored_schema",
    "template",
]
