"""The nightly watch: the newest month judged whenever its data changed, and kept with its cases."""

from dataclasses import dataclass
from datetime import date, datetime

from leye.analysis.warning import GradeSettings, Watches, read_inputs, warning_month
from leye.analysis.warning.watches import with_lines
from leye.data.pool import Snapshot
from leye.data.registers.queries.served import Served
from leye.service.monitoring.settings.values import values
from leye.service.response.lines.operations import city_watches
from leye.service.response.signals.models import WatchRun
from leye.service.response.signals.operations import Kept, keep_month
from leye.service.response.signals.queries import levels_before, verified_causes


@dataclass(frozen=True, slots=True)
class Watched:
    """A month that was judged, and what keeping it came to."""

    month: int
    kept: Kept


def watch_newest(
    copy: Served, snapshot: Snapshot, *, on: date, at: datetime
) -> tuple[Watched, ...]:
    """Judge what was not judged from the copy's release under this edition of the watches.

    The newest month opens cases. The month before it is judged for its levels alone where it never
    was: a level is lowered after two quiet months, and what is long past needs no desk.

    :raises UnknownMonth: the copy lost a month meanwhile; the next watch finds the new one.
    """
    if not copy.months:
        return ()
    rules = values(on)
    grading = GradeSettings(colours=rules["warning_colours"])
    newest, known = copy.months[-1], _edition(city_watches(), grading)
    done = []
    for month in copy.months[-2:]:
        runs = WatchRun.objects.filter(month=month, drill=None)
        if month != newest and runs.exists():
            continue
        if runs.filter(data_version=copy.release, edition=known.edition).exists():
            continue
        done.append(
            _watched(copy, snapshot, known, grading, month, opens=month == newest, on=on, at=at)
        )
    return tuple(done)


def _edition(known: Watches, grading: GradeSettings) -> Watches:
    """Give the watches as an edition of their own where the city grades in three colours."""
    if grading.colours == GradeSettings().colours:
        return known
    return with_lines(known, {}, edition=f"{known.edition}/{grading.colours}")


def _watched(
    copy: Served,
    snapshot: Snapshot,
    known: Watches,
    grading: GradeSettings,
    month: int,
    *,
    opens: bool,
    on: date,
    at: datetime,
) -> Watched:
    verified = verified_causes()
    inputs = read_inputs(copy, snapshot, known, month=month, on=on)
    found = warning_month(
        inputs,
        known,
        settings=grading,
        verified=verified,
        before=levels_before(month, months=grading.quiet - 1),
    )
    return Watched(month, keep_month(found, at=at, verified=verified, opens=opens))
