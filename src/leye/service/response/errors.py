"""What can go wrong at the desk of warnings."""

from leye.kernel.errors import InvalidField, InvalidInput, LeyeError, NotFound


class UnknownCase(NotFound):
    """No case of that number, or none of the asker's places."""

    code = "unknown_case"
    title = "没有这个预警事项"


class CaseChanged(LeyeError):
    """Somebody else changed the case since it was read."""

    code = "case_changed"
    title = "这个事项刚刚被别人处理过"


class CaseNotNow(LeyeError):
    """The case stands where that cannot be done with it."""

    code = "case_not_now"
    title = "现在不能这样处理"


class CaseNotReady(InvalidInput):
    """Something is missing before the case may be closed or graded."""

    code = "case_not_ready"
    title = "还差几项"


class InvalidStep(InvalidField):
    """What was given of a step cannot be used; ``field`` says which part of it."""

    code = "invalid_case_step"
    title = "填写有误"


class UnknownAffected(NotFound):
    """No such person in the ledger of the case."""

    code = "unknown_affected_person"
    title = "台账里没有这个人"


class UnknownDrill(NotFound):
    """No drill of that number, or no scenario of that name."""

    code = "unknown_drill"
    title = "没有这次演练"


class DrillRunning(LeyeError):
    """A drill of the place goes on already."""

    code = "drill_running"
    title = "已有一次演练在进行"


class InvalidReserve(InvalidInput):
    """The reserve's file lacks what every measure must say, or contradicts itself."""

    code = "invalid_policy_reserve"
    title = "政策储备目录有误"


class InvalidAsk(InvalidField):
    """What is asked of the reserve cannot be used; ``field`` says which part of it."""

    code = "invalid_reserve_ask"
    title = "测算条件有误"


class InvalidPlan(InvalidInput):
    """The file of the contingency plans lacks something, or names what does not exist."""

    code = "invalid_contingency_plan"
    title = "应急预案有误"
