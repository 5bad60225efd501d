"""What the figures contract refuses: one drawn table, each line a cell and what is said of it."""

import pytest

from leye.data.pool import Pool, RowIssue, Severity, Verdict
from tests.pool.deliveries import (
    GOOD,
    HEADER_OF,
    LISTS,
    accept,
    csv_of,
    found,
    row,
    submission,
    submitter,
    years,
)

TARGET = {"kind": "目标（水平）"}
UNEMPLOYMENT = {"indicator": "城镇调查失业率", "unit": "%", "value": "5.2"}
RANK = {"indicator": "求人倍率排名", "unit": "名次", "kind": "名次", "value": "3"}

REFUSED = [
    # cells that differ from a good row, column, code
    ({"indicator": ""}, "指标", "required"),
    ({"indicator": "城镇新增就业人数"}, "指标", "unknown_code"),
    ({"place": "袁洲区"}, "地区", "unknown_code"),
    ({"place": "新田乡"}, "地区", "ambiguous_name"),
    ({"period": ""}, "时期", "required"),
    ({"period": "2021年"}, "时期", "not_a_period"),
    ({"period": "44378"}, "时期", "not_a_period"),
    ({"period": "2021-13"}, "时期", "not_a_period"),
    ({"period": "2021-02-30", "kind": "时点数"}, "时期", "no_such_day"),
    ({"period": "2023-02-29", "kind": "时点数"}, "时期", "no_such_day"),
    ({"period": "0999"}, "时期", "no_such_day"),
    ({"period": "2025..2021", **TARGET}, "时期", "period_ends"),
    ({"period": "2021..2025Q1", **TARGET}, "时期", "period_ends"),
    ({"period": "2021-01-01..2021-12-31x", "kind": "累计数"}, "时期", "too_long"),
    ({"value": "1.2万"}, "数值", "number_with_unit"),
    ({"value": "5%"}, "数值", "number_with_unit"),
    ({"value": "---"}, "数值", "not_a_number"),
    ({"value": "1e5"}, "数值", "not_a_number"),
    ({"value": "12,34"}, "数值", "not_a_number"),
    ({"value": "1.2345678"}, "数值", "number_digits"),
    ({"value": "1234567890123456789"}, "数值", "number_digits"),
    ({"value": "#N/A"}, "数值", "error_cell"),
    ({"value": ""}, "数值", "withdrawal_needs_note"),
    ({"value": "-1"}, "数值", "value_sign"),
    ({"value": "-0.000001"}, "数值", "value_sign"),
    ({**RANK, "value": "0"}, "数值", "rank_is_whole"),
    ({**RANK, "value": "1.5"}, "数值", "rank_is_whole"),
    ({"unit": ""}, "单位", "required"),
    ({"unit": "户"}, "单位", "unit_of_indicator"),
    ({"kind": "估计数"}, "数据性质", "unknown_code"),
    ({"kind": "年度数", "period": "2021-07"}, "时期", "period_fits_kind"),
    ({"kind": "年度数", "period": "2021..2022"}, "时期", "period_fits_kind"),
    ({"kind": "月度数", "period": "2021"}, "时期", "period_fits_kind"),
    ({"kind": "月度数", "period": "2021Q1"}, "时期", "period_fits_kind"),
    ({"kind": "年末数", "period": "2021-12-30"}, "时期", "period_fits_kind"),
    ({"kind": "年内累计数", "period": "2021-02..2021-07"}, "时期", "period_fits_kind"),
    ({"kind": "年内累计数", "period": "2021-01..2022-07"}, "时期", "period_fits_kind"),
    ({"kind": "年内累计数", "period": "2021-02"}, "时期", "period_fits_kind"),
    ({"source_title": ""}, "来源", "required"),
    ({"source_title": "源" * 201}, "来源", "too_long"),
    ({"source_url": "www.example.org"}, "来源网址", "pattern"),
    ({"source_url": "https://a b"}, "来源网址", "pattern"),
    ({"confidence": "D"}, "可信度", "unknown_code"),
    ({"confidence": ""}, "可信度", "required"),
    ({"note": "注" * 501}, "备注", "too_long"),
    ({"publication": "保密"}, "公开范围", "unknown_code"),
]

TAKEN = [
    {"indicator": "urban_new_jobs", "place": "360902"},
    {"indicator": " 城镇新增就业　", "place": "\u3000袁州区"},
    {"indicator": "城镇 新增就业"},
    {"period": "２０２１"},
    {"period": "2021-02-28", "kind": "时点数"},
    {"period": "2024-02-29", "kind": "时点数"},
    {"period": "1000"},
    {"period": "2021..2025", **TARGET},
    {"period": "2021..2021", **TARGET},
    {"period": "2021-01-01..2021-12-31", "kind": "累计数"},
    {"value": "1,234.5"},
    {"value": "１２３４．５"},
    {"value": "+5"},
    {"value": "1.234567"},
    {"value": "123456789012345678"},
    {"value": "0"},
    {"value": "", "note": "公报已更正"},
    {**RANK, "value": "1"},
    {**UNEMPLOYMENT, "unit": "％"},
    {**UNEMPLOYMENT, "value": "-0.1"},
    {"kind": "月度数", "period": "2021-07"},
    {"kind": "年末数", "period": "2021-12-31"},
    {"kind": "年末数"},
    {"kind": "年内累计数", "period": "2021-01..2021-07"},
    {"kind": "年内累计数", "period": "2021-01"},
    {"kind": "年内累计数", "period": "2021Q1..2021Q3"},
    {"source_title": "源" * 200},
    {"source_url": "https://example.org/a?b=1"},
    {"source_url": "plan/plan.txt"},
    {"note": "注" * 500},
    {"note": "=6638+862，由同比差推出"},
    {"confidence": "a"},
    {"publication": ""},
    {"publication": "内部"},
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    return Pool(tmp_path_factory.mktemp("pool"))


@pytest.fixture(scope="module")
def refusals(empty: Pool) -> dict[int, list[RowIssue]]:
    """All the bad rows in one file, with a good row after each; the issues of each row."""
    rows = [each for cells, *_ in REFUSED for each in (row(**cells), row(period="1999"))]
    receipt = empty.check(submission(csv_of(rows)), contract="figures", code_lists=LISTS)
    assert receipt.delivery.verdict is Verdict.REFUSED
    by_row: dict[int, list[RowIssue]] = {number: [] for number in range(2, len(rows) + 2)}
    for issue in receipt.issues:
        if issue.code != "duplicate_key":
            by_row[issue.row].append(issue)
    return by_row


@pytest.mark.parametrize("at", range(len(REFUSED)), ids=lambda at: str(REFUSED[at][1:]))
def test_a_bad_cell_is_refused_by_name(refusals: dict[int, list[RowIssue]], at: int) -> None:
    cells, column, code = REFUSED[at]
    issues = refusals[2 * at + 2]
    assert (column, code) in {(issue.column, issue.code) for issue in issues}
    assert len(issues) == (2 if code == "too_long" and column == "时期" else 1)
    assert all(issue.reason and issue.severity is Severity.REFUSE for issue in issues)
    given = next(value for field, value in row(**cells).items() if HEADER_OF[field] == column)
    assert next(issue for issue in issues if issue.code == code).value == given[:200]


def test_the_good_rows_beside_bad_ones_are_not_blamed(
    refusals: dict[int, list[RowIssue]],
) -> None:
    assert [number for number, issues in refusals.items() if number % 2 and issues] == []


@pytest.fixture(scope="module")
def takings(empty: Pool) -> dict[int, list[RowIssue]]:
    receipt = empty.check(
        submission(csv_of(row(**cells) for cells in TAKEN)), contract="figures", code_lists=LISTS
    )
    assert receipt.delivery.rows_read == len(TAKEN)
    return {
        at: [
            issue
            for issue in receipt.issues
            if issue.row == at + 2
            and issue.severity is Severity.REFUSE
            and issue.code != "duplicate_key"
        ]
        for at in range(len(TAKEN))
    }


@pytest.mark.parametrize("at", range(len(TAKEN)), ids=lambda at: str(TAKEN[at]))
def test_a_cell_just_inside_is_taken(takings: dict[int, list[RowIssue]], at: int) -> None:
    assert takings[at] == []


def test_near_matches_are_offered(empty: Pool) -> None:
    content = csv_of([row(place="袁洲区"), row(unit="户", period="2020")])
    receipt = empty.check(submission(content), contract="figures", code_lists=LISTS)
    reasons = {issue.code: issue.reason for issue in receipt.issues}
    assert "袁州区" in reasons["unknown_code"]
    assert "人、万人" in reasons["unit_of_indicator"]
    assert "城镇新增就业" in reasons["unit_of_indicator"]


def test_the_reason_for_a_period_names_the_forms_that_fit(empty: Pool) -> None:
    content = csv_of([row(kind="月度数", period="2021")])
    receipt = empty.check(submission(content), contract="figures", code_lists=LISTS)
    assert "月度数" in receipt.issues[0].reason
    assert "2025-07" in receipt.issues[0].reason


def test_an_odd_percentage_is_flagged_and_taken(empty: Pool) -> None:
    values = {2: "100", 3: "100.1", 4: "0", 5: "-0.1"}
    rows = [
        row(**{**UNEMPLOYMENT, "value": value, "period": f"200{at}"})
        for at, value in values.items()
    ]
    receipt = empty.check(submission(csv_of(rows)), contract="figures", code_lists=LISTS)
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert receipt.delivery.rows_flagged == 2
    assert found(receipt) == {(3, "数值", "percent_range"), (5, "数值", "percent_range")}


def test_a_value_far_from_the_present_one_is_flagged(pool: Pool) -> None:
    later = [("150", "人"), ("150.1", "人"), ("50", "人"), ("49.9", "人"), ("0.01", "万人")]
    accept(pool, csv_of(row(value="100", period=str(2000 + at)) for at in range(len(later))))
    receipt = accept(
        pool,
        csv_of(
            row(value=value, unit=unit, period=str(2000 + at))
            for at, (value, unit) in enumerate(later)
        ),
    )
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert found(receipt) == {
        (3, "数值", "changed_much"),
        (5, "数值", "changed_much"),
        (6, "单位", "unit_changed"),
    }
    assert all("100" in i.reason for i in receipt.issues if i.code == "changed_much")


def test_rows_of_one_key_are_all_named(empty: Pool) -> None:
    twice = [row(value="1"), row(period="2020"), row(indicator="urban_new_jobs", value="2")]
    thrice = [row(period="2019", value=str(n)) for n in range(3)]
    receipt = empty.check(
        submission(csv_of([*twice, *thrice])), contract="figures", code_lists=LISTS
    )
    rows = {issue.row: issue.reason for issue in receipt.issues if issue.code == "duplicate_key"}
    assert set(rows) == {2, 4, 5, 6, 7}
    assert "第 4 行" in rows[2]
    assert "第 2 行" in rows[4]
    assert "3 行" in rows[5]


def test_a_place_outside_the_scope_is_refused(empty: Pool) -> None:
    content = csv_of([row(), row(place="丰城市"), row(place="城东村"), row(place="宜春市")])
    receipt = empty.check(
        submission(content, by=submitter("360902")), contract="figures", code_lists=LISTS
    )
    assert found(receipt) == {(3, "地区", "place_in_scope"), (5, "地区", "place_in_scope")}


def test_publication_needs_a_data_steward(empty: Pool) -> None:
    content = csv_of(
        [row(), row(period="2020", publication=""), row(period="2019", publication="内部")]
    )
    receipt = empty.check(
        submission(content, by=submitter(may_publish=False)), contract="figures", code_lists=LISTS
    )
    assert found(receipt) == {(2, "公开范围", "publication_allowed")}
    assert "数据管理员" in receipt.issues[0].reason


def test_refusals_come_before_flags(empty: Pool) -> None:
    odd = row(**{**UNEMPLOYMENT, "value": "120"})
    content = csv_of([odd, *years(3), row(unit="户", period="1990")])
    receipt = empty.check(submission(content), contract="figures", code_lists=LISTS)
    assert [issue.code for issue in receipt.issues] == ["unit_of_indicator", "percent_range"]
    assert (receipt.delivery.rows_refused, receipt.delivery.rows_flagged) == (1, 1)


def test_every_column_is_in_the_table_of_refusals() -> None:
    assert {column for _, column, _ in REFUSED} == set(HEADER_OF.values())
    assert set(GOOD) == set(HEADER_OF)
