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
from leye.data.pool.pool import NothingToPublish, Pool
from leye.data.pool.snapshot import Snapshot, UnknownTable
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
    "InvalidContract",
    "NothingToPublish",
    "Pool",
    "PoolBusy",
    "Privacy",
    "Receipt",
    "RowIssue",
    "Severity",
    "Snapshot",
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
    "template",
]
