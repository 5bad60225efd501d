"""The forms and their checks: what refuses, what asks for a reason, and why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.data.pool.source_contract import source_contracts
from leye.kernel.errors import UnknownCode
from leye.kernel.months import last_day, month_add, month_of
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.reports.checks import WHY, Filled, Known, read_form
from leye.service.monitoring.reports.definitions import FieldKind, form_named, forms
from leye.service.monitoring.reports.due import due_days, is_over, late_since, months_asked
from leye.service.monitoring.reports.states import Act, ReportState, after
from tests.monitoring.sample import context, filled

FORM = form_named("firm_monthly")
LOST = {"current": "100", "reduction": "06", "reason1": "12"}


def read(known: Known | None = None, last: dict[str, int] | None = None,
         base: int | None = None, **changes: str) -> Filled:  # fmt: skip
    return read_form(FORM, filled(**changes), context(known=known, last=last, base=base))


def codes(found: Filled) -> set[str]:
    return {each.code for each in found.findings}


def test_every_kind_of_point_has_its_form() -> None:
    assert {form.kind for form in forms().values()} == set(PointKind)
    for kind in PointKind:
        form = form_named(kind.form)
        names = [each.name for each in form.fields()]
        assert len(names) == len(set(names))
        for rule in form.rules:
            assert form.field(rule.field)
            assert rule.rule == "jump" or form.field(rule.other)
        for each in form.fields():
            assert each.most > 0 or each.kind is FieldKind.CHOICE
            assert (each.codes in form.codes) == (each.kind is FieldKind.CHOICE)


def test_the_codes_are_those_of_the_contract() -> None:
    contract = source_contracts()["firm_reports"]
    assert {name: set(held) for name, held in FORM.codes.items()} == {
        name: set(contract.codes[name]) for name in ("reduction", "reason")
    }
    assert (len(FORM.codes["reduction"]), len(FORM.codes["reason"])) == (10, 15)


def test_a_form_without_a_fault_is_read_as_numbers() -> None:
    found = read(current="１２０ ", planned="1,205人")
    assert found.findings == ()
    assert (found.values["current"], found.values["planned"]) == (120, 1205)
    assert (found.values["reduction"], found.values["note1"]) == ("", "")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"current": ""}, "current_unreadable"),
        ({"current": "十二"}, "current_unreadable"),
        ({"current": "-3"}, "current_unreadable"),
        ({"current": "200001"}, "current_unreadable"),
        ({"gap": "1.5"}, "gap_unreadable"),
        ({**LOST, "reduction": "11"}, "reduction_unreadable"),
        ({**LOST, "note1": "电话13800001111"}, "note1_unreadable"),
        ({"current": "100"}, "reduction_missing"),
        ({**LOST, "reason1": ""}, "reason_missing"),
        ({"reduction": "06"}, "reduction_without_loss"),
        ({**LOST, "reason3": "05"}, "reason3_before"),
        ({**LOST, "reason2": "12"}, "reason2_repeated"),
        ({**LOST, "reason1": "15"}, "note1_missing"),
        ({**LOST, "note2": "说明"}, "reason2_of_note"),
        ({**LOST, "reduction": "10"}, "type_other"),
        ({"hidden": "121"}, "hidden_over_current"),
    ],
)
def test_what_refuses_a_form(changes: dict[str, str], code: str) -> None:
    found = read(**changes)
    assert code in {each.code for each in found.findings if each.hard}
    assert found.unsettled
    assert read(**{**changes, WHY + code: "已核对，情况属实"}).unsettled


def test_a_reduction_that_is_explained_passes() -> None:
    assert read(**LOST, reason2="11", note2="淡季", reason3="05").findings == ()
    assert read(**{**LOST, "reduction": "10"}, note1="整合车间").findings == ()


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"known": Known(202608, 150)}, "current_unlike_insured"),
        ({"last": {"current": 200}}, "current_jump"),
        ({"last": {"current": 80}}, "current_jump"),
        ({**LOST, "reduction": "03"}, "layoff_reportable"),
        ({**LOST, "reduction": "01"}, "closed_with_staff"),
        ({**LOST, "current": "0"}, "nobody_left"),
        ({"planned": "0"}, "gap_without_plan"),
    ],
)
def test_what_asks_for_a_reason(given_: dict[str, object], code: str) -> None:
    found = read(**given_)  # type: ignore[arg-type] - a form's changes and a context together
    (finding,) = (each for each in found.findings if each.code == code)
    assert not finding.hard
    assert finding.why
    assert finding in found.unsettled
    settled = read(**given_, **{WHY + code: "已向车间核实，情况属实"})  # type: ignore[arg-type]
    assert finding not in settled.unsettled
    assert settled.reasons[code] == "已向车间核实，情况属实"
    refused = read(**given_, **{WHY + code: "找13800001111"})  # type: ignore[arg-type]
    assert any(each.field == WHY + code for each in refused.unsettled)


@pytest.mark.parametrize(
    ("insured", "asked"), [(120, False), (125, False), (126, False), (127, True), (114, True)]
)
def test_the_registers_are_asked_beyond_five_people_and_five_per_cent(
    insured: int, asked: bool
) -> None:
    # 6 of 126 are under five per cent, 7 of 127 are over; 6 of 114 are over.
    assert ("current_unlike_insured" in codes(read(known=Known(202608, insured)))) is asked


@pytest.mark.parametrize(("lost", "asked"), [(1, False), (11, False), (12, True), (20, True)])
def test_the_lines_of_article_41_are_told(lost: int, asked: bool) -> None:
    given_ = {**LOST, "reduction": "03", "current": str(120 - lost)}
    assert ("layoff_reportable" in codes(read(**given_))) is asked


def test_a_base_that_was_kept_is_not_typed_anew() -> None:
    found = read(base=150, current="120")
    assert found.values["base"] == 150
    assert "reduction_missing" in codes(found)


@given(
    st.integers(0, 200_000),
    st.integers(0, 200_000),
    st.sampled_from(sorted(FORM.codes["reduction"])),
    st.permutations(sorted(FORM.codes["reason"])).map(lambda found: found[:3]),
)
def test_a_form_filled_by_the_rules_is_never_refused(
    base: int, current: int, reduction: str, reasons: list[str]
) -> None:
    given_ = filled(base=str(base), current=str(current))
    if current < base:
        given_ |= {"reduction": reduction}
        for number, reason in enumerate(reasons, 1):
            given_ |= {f"reason{number}": reason, f"note{number}": "说明情况"}
    found = read_form(FORM, given_, context())
    assert not [each for each in found.findings if each.hard]


@given(st.dictionaries(st.sampled_from([f.name for f in FORM.fields()]), st.text(max_size=12)))
def test_whatever_is_typed_is_read_or_refused(typed: dict[str, str]) -> None:
    found = read_form(FORM, typed, context())
    assert set(found.values) == {each.name for each in FORM.fields()}
    for each in FORM.fields():
        if each.kind is FieldKind.COUNT and found.values[each.name] is not None:
            assert 0 <= int(str(found.values[each.name])) <= each.most


@pytest.mark.parametrize(
    ("name", "given_", "code"),
    [
        ("market_monthly", {"vacancies_new": "900"}, "vacancies_new_over_vacancies"),
        ("market_monthly", {"placed": "600"}, "placed_over_vacancies"),
        ("park_monthly", {"working": "9"}, "working_over_firms"),
        ("village_monthly", {"away": "900"}, "away_over_labour"),
    ],
)
def test_the_other_forms_have_rules_of_their_own(
    name: str, given_: dict[str, str], code: str
) -> None:
    whole = {
        "market_monthly": {"vacancies": "500", "vacancies_new": "100", "applicants": "700",
                           "applicants_new": "90", "placed": "60"},
        "park_monthly": {"firms": "8", "working": "7", "stopped": "1", "staff": "900",
                         "left": "20", "gap": "30", "planned": "30"},
        "village_monthly": {"labour": "800", "away": "300", "returned": "5", "jobless": "2",
                            "leaving": "3"},
    }[name]  # fmt: skip
    assert read_form(form_named(name), whole, context()).findings == ()
    assert code in codes(read_form(form_named(name), {**whole, **given_}, context()))


def test_labels_are_words() -> None:
    assert FORM.label(FORM.field("reason1"), "07") == "工资、社保等用工成本上升"
    assert FORM.label(FORM.field("current"), 1200) == "1,200"
    assert FORM.label(FORM.field("gap"), None) == "—"
    for wrong in (lambda: form_named("x"), lambda: FORM.field("x")):
        with pytest.raises(UnknownCode):
            wrong()


# -- States and days --


def test_a_report_goes_one_way_and_back_to_its_reporter_only() -> None:
    way = [ReportState.DRAFT]
    for act in (Act.SUBMIT, Act.PASS, Act.CLOSE):
        then = after(way[-1], act)
        assert then is not None
        way.append(then)
    assert way[1:] == [ReportState.COUNTY, ReportState.CITY, ReportState.CLOSED]
    backs = {
        (state, act): then
        for state in ReportState
        for act in (Act.RETURN, Act.REOPEN)
        if (then := after(state, act))
    }
    assert set(backs.values()) == {ReportState.RETURNED}
    assert set(backs) == {
        (ReportState.COUNTY, Act.RETURN),
        (ReportState.CITY, Act.RETURN),
        (ReportState.CLOSED, Act.REOPEN),
    }
    assert after(ReportState.CLOSED, Act.SUBMIT) is None


def test_days_are_those_of_the_month_after() -> None:
    found = due_days(202612, report=10, county=13, city=15)
    assert (found.report, found.county, found.city) == (
        date(2027, 1, 10),
        date(2027, 1, 13),
        date(2027, 1, 15),
    )


@pytest.mark.parametrize(
    ("on", "returned", "since"),
    [
        (date(2026, 9, 10), None, None),
        (date(2026, 9, 11), None, date(2026, 9, 11)),
        (date(2026, 9, 30), None, date(2026, 9, 11)),
        (date(2026, 9, 30), date(2026, 9, 8), date(2026, 9, 11)),
        (date(2026, 9, 20), date(2026, 9, 20), None),
        (date(2026, 9, 21), date(2026, 9, 20), date(2026, 9, 21)),
    ],
)
def test_who_is_late_since_when(on: date, returned: date | None, since: date | None) -> None:
    assert late_since(date(2026, 9, 10), on=on, returned=returned) == since


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(1, 24))
def test_only_months_that_are_over_are_asked_for(on: date, back: int) -> None:
    months = months_asked(202401, None, on=on, back=back)
    assert list(months) == sorted(months, reverse=True)
    assert all(is_over(month, on) for month in months)
    assert len(months) <= back
    assert not is_over(month_of(on), on)
    if months:
        assert month_add(months[0], 1) == month_of(on)
        assert last_day(months[0]) < on
