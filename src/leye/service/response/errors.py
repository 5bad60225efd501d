"""What can go wrong in the response to a warning."""

from leye.kernel.errors import InvalidField, InvalidInput


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
