"""What can go wrong with scenarios."""

from leye.kernel.errors import InvalidInput, LeyeError, NotFound


class UnknownScenario(NotFound):
    """No scenario of that number, or none of the asker's places."""

    code = "unknown_scenario"
    title = "没有这个仿真方案"


class ScenarioRunning(LeyeError):
    """One is being worked out; the machine does one at a time."""

    code = "scenario_running"
    title = "有一个仿真正在计算"


class InvalidScenario(InvalidInput):
    """What is to be changed makes no scenario."""

    code = "invalid_scenario"
    title = "仿真方案有误"
