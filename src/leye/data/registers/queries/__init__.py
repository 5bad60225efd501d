"""Reads of the registers for pages: small answers, cut to a month and to the asker's places.

Every query names one month, so that only the files of that month are read, and takes the scope of
the asker, so that rows of other places never leave the engine.
"""

from leye.data.registers.queries.builds import BuildLine, builds_of, built_months
from leye.data.registers.queries.conflicts import (
    Conflict,
    ConflictChoice,
    ConflictLine,
    RuleCount,
    UnknownConflict,
    conflict,
    conflict_counts,
    conflict_lines,
)
from leye.data.registers.queries.disclosure import LEAST, TOTAL, hidden_cells
from leye.data.registers.queries.employers import employer_names
from leye.data.registers.queries.issues import IssueCount, issue_counts
from leye.data.registers.queries.keys import person_of, tokens_of
from leye.data.registers.queries.persons import StatusCount, status_counts

__all__ = [
    "LEAST",
    "TOTAL",
    "BuildLine",
    "Conflict",
    "ConflictChoice",
    "ConflictLine",
    "IssueCount",
    "RuleCount",
    "StatusCount",
    "UnknownConflict",
    "builds_of",
    "built_months",
    "conflict",
    "conflict_counts",
    "conflict_lines",
    "employer_names",
    "hidden_cells",
    "issue_counts",
    "person_of",
    "status_counts",
    "tokens_of",
]
