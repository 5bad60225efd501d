"""Judges of events (layer L2): what a firm did, what it reported, what comes together."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from leye.analysis.warning.explain import MOST
from leye.analysis.warning.inputs import Inputs, Reported, Seat
from leye.analysis.warning.judged import Judged, month_words, signal, where
from leye.analysis.warning.layoffs import Crossing, LegalLine, crossings
from leye.analysis.warning.types import Cell, Level, Signal
from leye.analysis.warning.watches import Watch
from leye.kernel.months import first_day, last_day

_EPOCH = date(1970, 1, 1)
_NOWHERE = Seat("", "", None)


def judge_legal(watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Name the firms that crossed the legal line, on the day they did, within the month."""
    if inputs.ends is None:
        return Judged(unjudged=(f"{watch.name}：没有用工备案",))
    return Judged(
        tuple(
            _crossing_signal(watch, inputs, edition, each)
            for each in month_crossings(watch, inputs)
        )
    )


def month_crossings(watch: Watch, inputs: Inputs) -> tuple[Crossing, ...]:
    """Give the crossings whose window reaches into the month, the earliest first."""
    if inputs.ends is None:
        return ()
    mildest = watch.lines_on(inputs.day)[0]
    line = LegalLine(int(mildest.value), float(watch.share), watch.least)
    staff = {key: seat.staff for key, seat in inputs.seats.items() if seat.staff is not None}
    first, last = _day(first_day(inputs.month)), _day(last_day(inputs.month))
    found = crossings(inputs.ends, staff, line=line)
    return tuple(each for each in found if first <= each.last and each.crossed <= last)


def judge_conflicts(watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Name the firms a comparison says let many go without a report."""
    return Judged(
        tuple(
            _reported_signal(watch, inputs, edition, each, certain=False)
            for each in inputs.conflicts
        )
    )


def judge_reports(watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Pass on the layoffs firms reported: certain, since the firm says so itself."""
    return Judged(
        tuple(
            _reported_signal(watch, inputs, edition, each, certain=True) for each in inputs.reports
        )
    )


def judge_area(watch: Watch, firm_watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Add up what firms that crossed their line let go, by county and by division.

    Where one firm, or for a county one division named itself, accounts for most of it, the cause is
    told there and not again for the area.
    """
    sums = _area_sums(firm_watch, inputs)
    found = []
    for cell, members in sorted(sums.items(), key=lambda item: item[0].text):
        persons = sum(each.persons for each in members)
        level, line = watch.reached(persons, month=inputs.month)
        firms = {each.employer for each in members}
        if line is None or len(firms) < 2 or _told_elsewhere(watch, inputs, sums, cell):
            continue
        said = (
            f"{where(cell)}{month_words(inputs.month)}有{len(firms)}家单位规模减员，共{persons}人"
        )
        found.append(
            signal(
                watch,
                inputs,
                edition,
                cell=cell,
                value=float(persons),
                level=level,
                line=line,
                reasons=[said],
                persons=persons,
            )
        )
    return Judged(tuple(found))


def _area_sums(firm_watch: Watch, inputs: Inputs) -> dict[Cell, list[Crossing]]:
    sums: dict[Cell, list[Crossing]] = defaultdict(list)
    for each in month_crossings(firm_watch, inputs):
        seat = inputs.seats.get(each.employer, _NOWHERE)
        if seat.county:
            sums[Cell(seat.county)].append(each)
        if seat.division:
            sums[Cell(inputs.city, "division", seat.division)].append(each)
    return sums


def _told_elsewhere(
    watch: Watch, inputs: Inputs, sums: Mapping[Cell, list[Crossing]], cell: Cell
) -> bool:
    members = sums[cell]
    persons = sum(each.persons for each in members)
    if max(each.persons for each in members) >= MOST * persons:
        return True
    if cell.place == inputs.city:
        return False
    trades: dict[str, int] = defaultdict(int)
    for each in members:
        trades[inputs.seats[each.employer].division] += each.persons
    trade, most = max(trades.items(), key=lambda item: (item[1], item[0]))
    whole = sums.get(Cell(inputs.city, "division", trade), [])
    _, line = watch.reached(sum(each.persons for each in whole), month=inputs.month)
    return most >= MOST * persons and line is not None and len(whole) > len(members) // 2


def _crossing_signal(watch: Watch, inputs: Inputs, edition: str, each: Crossing) -> Signal:
    level, line = watch.reached(each.persons, month=inputs.month)
    span = f"{_date(each.first)}至{_date(each.last)}之间"
    most = f"任意30日内最多减员{each.persons}人（不计辞职、退休、死亡）"
    said = [f"{span}，{most}，{_date(each.crossed)}到线"]
    if each.share is not None:
        said.append(f"此前参保{each.staff}人，减员占{each.share:.0%}")
    if line is None:
        level, line = Level.BLUE, watch.lines_on(inputs.day)[0]
        said.append(f"不足{line.value:f}人，但占职工总数{float(watch.share):.0%}以上")
    return signal(
        watch,
        inputs,
        edition,
        cell=_firm_cell(inputs.seats, each.employer, ""),
        value=float(each.persons),
        level=level,
        line=line,
        reasons=said,
        persons=each.persons,
    )


def _reported_signal(
    watch: Watch, inputs: Inputs, edition: str, each: Reported, *, certain: bool
) -> Signal:
    level, line = watch.reached(each.persons, month=inputs.month)
    return signal(
        watch,
        inputs,
        edition,
        cell=_firm_cell(inputs.seats, each.employer, each.place),
        value=float(each.persons),
        level=max(level, Level.BLUE),
        line=line,
        reasons=[each.words],
        certain=certain,
        persons=each.persons,
    )


def _firm_cell(seats: Mapping[int, Seat], employer: int, place: str) -> Cell:
    seat = seats.get(employer, _NOWHERE)
    county = seat.county or place[:6]
    if not seat.division:
        return Cell(county, employer=employer)
    return Cell(county, "division", seat.division, employer=employer)


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH.toordinal()


def _date(day: int) -> str:
    found = _EPOCH + timedelta(days=day)
    return f"{found.year}年{found.month}月{found.day}日"
