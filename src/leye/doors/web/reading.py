"""What pages read from: the pool, and an evaluator of its latest version for the asker."""

from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from leye.analysis.metrics import (
    Evaluator,
    PlanTarget,
    TargetScore,
    catalogue,
    plan_targets,
    score_all,
)
from leye.data.pool import Pool
from leye.kernel.place import Scope
from leye.service.identity.perms import viewer_scope


def pool() -> Pool:
    """Give the pool of this installation."""
    return _pool(str(settings.LEYE_POOL))


def evaluator_for(request: HttpRequest) -> Evaluator:
    """Give an evaluator of the latest data version, for what the asker may see."""
    root = str(settings.LEYE_POOL)
    return _evaluator(root, _pool(root).snapshot().release, viewer_scope(request.user))


def targets() -> tuple[PlanTarget, ...]:
    """Give the targets of the city's plan."""
    return _targets(str(settings.LEYE_PLAN))


def scores_for(request: HttpRequest, *, on: date) -> tuple[TargetScore, ...]:
    """Give every target's standing on a day, for what the asker may see."""
    return _scores(evaluator_for(request), str(settings.LEYE_PLAN), on)


@cache
def _pool(root: str) -> Pool:
    return Pool(Path(root))


@lru_cache(maxsize=16)
def _evaluator(root: str, release: int, scope: Scope) -> Evaluator:
    return Evaluator(_pool(root).snapshot(release), catalogue=catalogue(), scope=scope)


@lru_cache(maxsize=16)
def _scores(evaluator: Evaluator, folder: str, on: date) -> tuple[TargetScore, ...]:
    return score_all(_targets(folder), evaluator, on=on)


@cache
def _targets(folder: str) -> tuple[PlanTarget, ...]:
    return plan_targets(Path(folder))
