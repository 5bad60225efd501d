"""The backtest the pages show: the kept results, read once."""

from functools import cache

from leye.analysis.warning.backtest.results import Backtest
from leye.analysis.warning.backtest.run import kept_backtest


@cache
def shown_backtest() -> Backtest | None:
    """Give the results kept with the program; None where there are none."""
    return kept_backtest()
