"""What the bench of the desk runs as processes of its own: python -m tests.bench.desk_stages."""

import os
import sys
from datetime import datetime, timedelta

STAFF = "bench-official-{}"


def prepare(users: int) -> None:
    """Open an account for each user, signed in, and print the keys of their sessions."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from leye.service.identity.models import Grant, User
    from leye.service.identity.roles import Role

    now = timezone.now()
    for number in range(users):
        user = User.objects.create(
            username=STAFF.format(number),
            display_name=f"经办人员{number}",
            place="360900",
            must_change_password=False,
            created_at=now,
        )
        Grant.objects.create(user=user, role=Role.CITY_OFFICIAL.value, place="360900", at=now)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.set_expiry(timedelta(hours=2))
        session.save()
        print(session.session_key)


def keep(worker: int, rounds: int, subjects: int) -> None:
    """Keep runs over the same subjects as all other workers; each run once, however often begun."""
    from django.utils import timezone

    from leye.analysis.warning import Cell
    from leye.service.response.signals.operations import keep_month
    from tests.response.desk_sample import month_of, signal

    signals = [
        signal(cell=Cell("360902", "division", "38", employer=number + 1))
        for number in range(subjects)
    ]
    size = max(subjects // rounds, 1)
    for number in range(rounds):
        part = signals[number * size : (number + 1) * size]
        version = worker * 1_000_000 + number + 1
        keep_month(month_of(*part, version=version), at=timezone.now())


def check() -> None:
    """Print what is wrong, nothing where every case is whole and single."""
    from django.db.models import Count

    from leye.service.response.cases.enums import StepKind
    from leye.service.response.cases.log import is_whole
    from leye.service.response.cases.models import Case, CaseSignal
    from leye.service.response.cases.queries import steps_of
    from leye.service.response.signals.models import KeptSignal

    twice = Case.objects.open().values("subject").annotate(n=Count("id")).filter(n__gt=1).count()
    lost = KeptSignal.objects.count() - CaseSignal.objects.count()
    broken = taken_twice = 0
    for case in Case.objects.all():
        steps = steps_of(case)
        broken += not is_whole(steps) or len(steps) != case.steps
        taken_twice += sum(step.kind == StepKind.TAKEN.value for step in steps) > 1
    print(f"{Case.objects.count()} {twice} {lost} {broken} {taken_twice}")


def escalate(hours: float) -> None:
    """Let the clocks of some hours run out, and print how many were told of, and are overdue."""
    from django.utils import timezone

    from leye.service.response.cases.closing import escalate_overdue
    from leye.service.response.cases.models import Case

    at: datetime = timezone.now() + timedelta(hours=hours)
    told = escalate_overdue(at=at)
    print(f"{told} {Case.objects.open().overdue(at).count()}")


def main(words: list[str]) -> None:
    """Run one stage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leye.config.settings")
    import django

    django.setup()
    stage, *given = words
    stages = {"prepare": prepare, "keep": keep, "check": check, "escalate": escalate}
    stages[stage](*(int(each) for each in given))  # type: ignore[operator]  # each its own numbers


if __name__ == "__main__":
    main(sys.argv[1:])
