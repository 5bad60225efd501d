"""The log of a case: steps that hold the digest of all before them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from leye.service.identity.models import User
from leye.service.response.cases.enums import StepKind
from leye.service.response.cases.models import Case, CaseStep

_START = "0" * 64


def write_step(
    case: Case,
    kind: StepKind,
    *,
    by: User | None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    text: str = "",
) -> CaseStep:
    """Write the next step of a case that is held locked; the case's count is saved with it.

    ``by`` is None for what the machine does by itself. Two at once cannot both be the next: the
    database refuses the second.
    """
    last = CaseStep.objects.filter(case=case).order_by("-number").first()
    facts = dict(data or {})
    step = CaseStep(
        case=case,
        number=case.steps + 1,
        kind=kind.value,
        data=facts,
        text=text,
        by=by,
        at=at,
    )
    step.digest = digest_of(step, last.digest if last else _START)
    step.save(force_insert=True)
    case.steps = step.number
    case.save(update_fields=["steps"])
    return step


def digest_of(step: CaseStep, before: str) -> str:
    """Give the digest of a step and of all steps before it: SHA-256 in hexadecimal."""
    said = {
        "before": before,
        "case": step.case_id,
        "number": step.number,
        "kind": step.kind,
        "data": step.data,
        "text": step.text,
        "by": step.by_id,
        "at": step.at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def is_whole(steps: list[CaseStep]) -> bool:
    """Whether the steps of a case, in order, are all there and as they were written."""
    before = _START
    for number, step in enumerate(steps, start=1):
        if step.number != number or step.digest != digest_of(step, before):
            return False
        before = step.digest
    return True
