"""The monitored firms' monthly reports as the pool holds them, as the network asks for them."""

from dataclasses import dataclass

from leye.data.pool import Snapshot
from leye.kernel.place import EVERYWHERE

_TABLE = "s_firm_reports"


@dataclass(frozen=True, slots=True)
class FirmReport:
    """One firm's report of a month: staff at first and now, codes of type and reasons, figures.

    Codes and the note are "" where nothing was written, figures None.
    """

    employer: int
    base: int | None
    current: int | None
    reduction: str
    reasons: tuple[str, str, str]
    note: str
    hidden: int | None
    planned: int | None
    gap: int | None
    dispatch: int | None


def report_months(snapshot: Snapshot) -> tuple[int, ...]:
    """Give the months of which reports were delivered, the first first."""
    return snapshot.months_of(_TABLE)


def firm_reports(snapshot: Snapshot, month: int) -> tuple[FirmReport, ...]:
    """Give the newest row of each firm for a month, in the order of employer keys."""
    if month not in report_months(snapshot):
        return ()
    rows = snapshot.months(_TABLE, (month,), scope=EVERYWHERE)
    found: dict[int, dict[str, object]] = {}
    listed = rows.filter(rows.employer.notnull()).order_by("delivery", "row")
    for row in listed.to_pyarrow().to_pylist():
        found[row["employer"]] = row
    return tuple(_report(found[employer]) for employer in sorted(found))


def _report(row: dict[str, object]) -> FirmReport:
    def number(name: str) -> int | None:
        value = row[name]
        return value if isinstance(value, int) else None

    def text(name: str) -> str:
        return str(row[name] or "")

    return FirmReport(
        employer=number("employer") or 0,
        base=number("base"),
        current=number("current"),
        reduction=text("reduction"),
        reasons=(text("reason1"), text("reason2"), text("reason3")),
        note=text("note"),
        hidden=number("hidden"),
        planned=number("planned"),
        gap=number("gap"),
        dispatch=number("dispatch"),
    )
