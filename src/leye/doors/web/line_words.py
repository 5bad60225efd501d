"""What the backtest says of each watch's false alarms, in words; honest where it says nothing."""

from leye.analysis.warning import Method, Watch, Watches
from leye.doors.web.backtest_reading import AHEAD, CELLS, FIRMS, NATION, SURVEY, Reading

_ALONE = "没有单独回测"
_TESTED_CELLS = frozenset({"separations_cells"})
_SAMPLED = frozenset({"surveyed_rate"})


def proven(watches: Watches, found: Reading | None) -> dict[str, str]:
    """Give by the code of a watch what is known of how often it would be wrong."""
    if found is None:
        return {}
    return {each.code: _of(each, found) for each in watches}


def _of(watch: Watch, found: Reading) -> str:
    say = {
        Method.CELLS: _cells,
        Method.LEVEL: _level,
        Method.TWO_SIDED: _two_sided,
        Method.LEGAL: _firms,
        Method.CONFLICT: _firms,
        Method.FORECAST: _ahead,
        Method.REPORT: _report,
        Method.QUALITY: _quality,
    }.get(watch.method)
    return (
        say(watch, found)
        if say is not None
        else f"{_ALONE}：界线是起始值，等本市有了核实结论再校准。"
    )


def _report(_watch: Watch, _found: Reading) -> str:
    return "单位自己的报告，不是统计推断，谈不上误报。"


def _quality(_watch: Watch, _found: Reading) -> str:
    return "只看数据到没到、对不对，不判断就业。"


def _cells(watch: Watch, found: Reading) -> str:
    calm = found.value(CELLS, "没有冲击，误报单元")
    shaken = found.value(CELLS, "10%冲击，误报单元")
    if calm is None or shaken is None:
        return f"{_ALONE}。"
    said = f"220个单元的模拟面板里，没有冲击时全市每月误报{calm:.2f}个，有冲击时{shaken:.2f}个。"
    if watch.code in _TESTED_CELLS:
        return said
    return f"同一种方法用在离职人数上：{said}这项数据本身{_ALONE}。"


def _level(watch: Watch, found: Reading) -> str:
    worst = found.value(SURVEY, "各样本量中最多的误报")
    if watch.code not in _SAMPLED or worst is None:
        return f"{_ALONE}：水平高于界线就是事实，误报只来自数据；区间下限也在线上才算。"
    return (
        f"下限过线才算。同样按抽样误差放宽的“上升”规则，样本400至20000人，最多一年误报{worst:.2f}次；"
        f"水平线{_ALONE}。"
    )


def _two_sided(_watch: Watch, found: Reading) -> str:
    nation = found.value(NATION, "用空缺率：误报")
    survey = found.cell(SURVEY, "劳动力样本1500人", "双侧规则误报／年")
    said = []
    if nation is not None:
        said.append(f"美国1968年至2022年误报{nation:.0f}次（全国数据，同类规则）")
    if survey is not None:
        said.append(f"失业率没有变时，由抽样误差引起的误报一年{survey:.2f}次")
    return f"{'；'.join(said)}。" if said else f"{_ALONE}。"


def _firms(_watch: Watch, found: Reading) -> str:
    right = found.value(FIRMS, "找得对的比例")
    if right is None:
        return f"{_ALONE}。"
    wrong = (1 - right) * 100
    return f"模拟单位里，5%的行对不上号时，指出的100家错{wrong:.0f}家左右（{right:.1%}是对的）。"


def _ahead(_watch: Watch, found: Reading) -> str:
    held = found.value(AHEAD, "提前3个月，90%区间包含")
    if held is None:
        return f"{_ALONE}。"
    return f"只提示，不定级。三个月后的实际值有{held:.1%}落在九成区间里。"
