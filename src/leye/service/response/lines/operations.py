"""Signing a line, and the watches with all lines the city has signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from leye.analysis.metrics.reading import InvalidDefinition
from leye.analysis.warning import Level, Line, Origin, Watches, watches
from leye.analysis.warning.watches import with_lines
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.response.errors import InvalidStep
from leye.service.response.lines.models import MOST_BASIS, SignedLine


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be signed: of which watch and level, from which value and day on, why."""

    watch: str
    level: Level
    value: Decimal
    origin: Origin
    basis: str
    valid_from: date


def city_watches() -> Watches:
    """Give the watches with the lines the city has signed, as an edition of their own.

    The edition changes with every line signed, so that a month is judged anew.
    """
    rows = list(SignedLine.objects.select_related("by").order_by("id"))
    known = watches()
    codes = {each.code for each in known}
    return _merged([row for row in rows if row.watch in codes])


@transaction.atomic
def sign_line(*, line: NewLine, by: User, at: datetime, request_id: str = "") -> SignedLine:
    """Sign a line, the starting value or another, from a day on; earlier ones stay on record.

    :raises UnknownCode: there is no such watch.
    :raises Forbidden: ``by`` does not direct the monitoring of the city.
    :raises InvalidStep: a day before today, no level, or a value that contradicts other levels.
    :raises InvalidText: no basis, or one that cannot be kept.
    """
    watches().get(line.watch)
    require(by, Permission.DIRECT_MONITORING, settings.LEYE_CITY)
    if line.level is Level.NONE:
        raise InvalidStep("请选择级别", field="level")
    if line.valid_from < localtime(at).date():
        raise InvalidStep("起用日不能早于今天", field="valid_from")
    made = SignedLine(
        watch=line.watch,
        level=int(line.level),
        value=line.value,
        origin=line.origin.value,
        basis=plain_text(line.basis, what="依据", most=MOST_BASIS),
        valid_from=line.valid_from,
        by=by,
        at=at,
    )
    # One after another: a line must agree with all that stand, one being signed now too.
    list(SignedLine.objects.select_for_update().values_list("pk"))
    try:
        _merged([*SignedLine.objects.select_related("by").order_by("id"), made])
    except InvalidDefinition as error:
        raise InvalidStep("级别越高，界线应越严重，请核对相邻级别的值", field="value") from error
    made.save()
    record(
        action=Action.WARNING_LINE_SIGNED,
        by=by,
        at=at,
        place=settings.LEYE_CITY,
        subject=Subject("warning_line", f"{line.watch}:{line.level.code}"),
        detail={"level": int(line.level)},
        request_id=request_id,
    )
    return made


def _merged(rows: list[SignedLine]) -> Watches:
    lines: dict[str, tuple[Line, ...]] = {}
    for row in rows:
        line = Line(
            Level(row.level),
            row.value.normalize(),
            Origin(row.origin),
            row.basis,
            row.valid_from,
            f"{row.by.display_name}签发",
        )
        lines[row.watch] = (*lines.get(row.watch, ()), line)
    more: Mapping[str, tuple[Line, ...]] = lines
    known = watches()
    return with_lines(known, more, edition=f"{known.edition}+{len(rows)}") if rows else known
