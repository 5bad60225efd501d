"""One person of a month, as the asker may see them."""

from django.http import HttpRequest

from leye.data.pool import Snapshot
from leye.data.registers.queries import built_months
from leye.data.registers.queries.person_lines import PersonChoice, PersonLine, person_lines
from leye.doors.console.months import chosen_month
from leye.kernel.errors import NotFound
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission

TABLE = "person_month"


class UnknownLine(NotFound):
    """Nobody of that number in that month, or nobody the asker may see."""

    code = "unknown_person_line"
    title = "名单里没有这个人"


def asked_month(request: HttpRequest, snapshot: Snapshot) -> int:
    """Give the month the address asks for, else the newest built; 0 before any."""
    return chosen_month(request, built_months(snapshot, TABLE)) or 0


def found_person(request: HttpRequest, snapshot: Snapshot, person: int) -> PersonLine:
    """Give a person's month, of the places in which the asker may open people.

    :raises UnknownLine: there is none.
    """
    scope = scope_of(request.user, Permission.OPEN_PERSON)
    month = asked_month(request, snapshot)
    chosen = PersonChoice(month, person=person)
    found = person_lines(snapshot, chosen, scope=scope, limit=1) if month else ()
    if not found:
        raise UnknownLine(f"编号 {person}", hint="可能不在这个月的登记库里，或者不在您负责的地区")
    return found[0]
