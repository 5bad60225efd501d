"""What the watch does by itself: the newest month judged, and clocks that ran out told of."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def watch_and_escalate(*, at: datetime) -> Iterator[str]:
    """Escalate, then judge the newest month if its data changed; give in words what was done.

    Clocks come first: they run whatever becomes of the data.
    """
    from django.conf import settings
    from django.utils.timezone import localtime

    from leye.data.registers.queries.served import served
    from leye.doors.web.reading import pool
    from leye.service.response.cases.closing import escalate_overdue
    from leye.service.response.watching import watch_newest

    told = escalate_overdue(at=at)
    if told:
        yield f"  {told} 个预警事项超过时限，已上报"
    copy = served(Path(settings.LEYE_POOL))
    if copy is not None:
        for done in watch_newest(copy, pool().snapshot(), on=localtime(at).date(), at=at):
            kept = done.kept
            yield (
                f"  {done.month} 监测：{kept.signals} 个信号，"
                f"立项 {kept.opened} 个，并入 {kept.joined} 个"
            )
