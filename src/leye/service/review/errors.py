"""What can go wrong with decisions."""

from leye.kernel.errors import InvalidInput, LeyeError


class NotNow(LeyeError):
    """The conflict stands where this decision cannot be taken: somebody decided before."""

    code = "decision_not_now"
    title = "现在不能这样处理"


class TooMany(InvalidInput):
    """More conflicts at once than one decision is taken on."""

    code = "too_many_conflicts"
    title = "一次选得太多"
