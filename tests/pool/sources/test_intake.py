"""Departments' deliveries: what is taken, what is set aside, and in what form it is kept."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from leye.data.pool import Pool, Verdict, source_contracts
from leye.data.pool.source_types import SourceRule
from leye.kernel.errors import InvalidInput
from leye.kernel.place import EVERYWHERE, Scope
from tests.pool.sources.feeds import (
    MONTH,
    TestVault,
    citizen,
    contribution,
    contributions,
    credit_code,
    csv_of,
    name,
    number,
    phone,
    receive,
    registration,
    stored,
    submitter,
    whole,
    xlsx_of,
)


def flags(*rules: SourceRule) -> int:
    return sum(rule.bit for rule in rules)


def codes(receipt: object) -> set[str]:
    return {issue.code for issue in receipt.issues}  # type: ignore[attr-defined]  # a receipt


def test_a_clean_delivery_is_kept_with_persons_and_employers_for_numbers(
    pool: Pool, vault: TestVault
) -> None:
    receipt = receive(pool, csv_of(contributions(30)), vault=vault)
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert (receipt.delivery.rows_new, receipt.delivery.rows_set_aside) == (30, 0)
    assert (receipt.delivery.touched_from, receipt.delivery.touched_to) == (MONTH, MONTH)
    rows = sorted(stored(pool), key=lambda row: row["row"])
    assert sorted(row["person"] for row in rows) == list(range(1, 31))
    first = rows[0]
    assert first["employer"] == int(credit_code(0)[8:16], 36)
    assert first["base"] == Decimal("4000.50")
    assert (first["kind"], first["insurance"], first["place"]) == ("1", "110", "360902")
    assert (first["month"], first["delivery"], first["row"], first["flags"]) == (
        MONTH,
        "D000001",
        2,
        0,
    )


def test_persons_are_numbered_once_without_gaps_in_the_order_of_their_tokens(
    pool: Pool, vault: TestVault
) -> None:
    receive(pool, csv_of(contributions(5)), vault=vault)
    receive(pool, csv_of(contributions(9)), vault=vault)
    keys = sorted(whole(pool, "person_keys"), key=lambda row: row["person"])
    assert [row["person"] for row in keys] == list(range(1, 10))
    tokens = [row["token"] for row in keys]
    assert tokens[:5] == sorted(vault.token(number(at)) for at in range(5))
    assert tokens[5:] == sorted(vault.token(number(at)) for at in range(5, 9))


def test_a_person_of_a_row_set_aside_gets_no_number(pool: Pool, vault: TestVault) -> None:
    rows = [*contributions(30), contribution(77, 缴费基数="许多")]
    receive(pool, csv_of(rows), vault=vault)
    assert len(whole(pool, "person_keys")) == 30
    assert vault.token(number(77)) not in vault.kept


def test_the_vault_keeps_who_the_new_persons_are(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of([registration(3)]), vault=vault, source="employment_registration")
    kept = vault.kept[vault.token(number(3))]
    assert (kept["number"], kept["name"], kept["phone"]) == (number(3), name(3), phone(3))
    assert kept["place"] == "360902001001"


def test_only_the_population_register_changes_a_name(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(3)), vault=vault)
    receive(pool, csv_of(contributions(3, 姓名="甲某")), vault=vault)
    assert vault.kept[vault.token(number(1))]["name"] == name(1)
    receive(pool, csv_of([citizen(1, 姓名="新名")]), vault=vault, source="population")
    assert vault.kept[vault.token(number(1))]["name"] == "新名"


def test_the_population_keeps_keyed_numbers_of_name_and_phone_and_the_month_of_birth(
    pool: Pool, vault: TestVault
) -> None:
    receive(pool, csv_of([citizen(8, 姓名=" 欧 阳 甲")]), vault=vault, source="population")
    (row,) = stored(pool, "population")
    assert row["name_token"] == vault.feature("name", "欧阳甲")
    assert row["phone_token"] == vault.feature("phone", phone(8))
    assert row["birth_month"] == int(number(8)[6:12])
    assert row["month"] == MONTH
    assert "birth" not in row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_encoding_and_line_ending_gives_the_same_rows(
    pool: Pool, vault: TestVault, encoding: str, ending: str
) -> None:
    text = csv_of(contributions(20)).decode().replace("\n", ending)
    receipt = receive(pool, text.encode(encoding), vault=vault)
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert len(stored(pool)) == 20
    assert {row["row"] for row in stored(pool)} == set(range(2, 22))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rows_are_numbered_as_the_sheet_shows_them_past_titles_and_blank_lines(
    pool: Pool, vault: TestVault, encoding: str
) -> None:
    head, *body = csv_of(contributions(6)).decode().splitlines()
    text = "\n".join(["2024年1月缴费明细", head, *body[:3], "", *body[3:], ""])
    receipt = receive(pool, text.encode(encoding), vault=vault)
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert [row["row"] for row in sorted(stored(pool), key=lambda r: r["row"])] == [
        3,
        4,
        5,
        7,
        8,
        9,
    ]


def test_both_sheets_of_a_workbook_belong_to_the_delivery_each_with_its_own_layout(
    pool: Pool, vault: TestVault
) -> None:
    first = contributions(12)
    second = [dict(reversed(contribution(at).items())) for at in range(12, 15)]
    renamed = [{{"参保地": "AAB034"}.get(k, k): v for k, v in row.items()} for row in second]
    receipt = receive(pool, xlsx_of(first, renamed), vault=vault)
    assert receipt.delivery.rows_read == 15
    assert {row["row"] for row in stored(pool)} == {*range(2, 14), *range(2_000_002, 2_000_005)}


def test_an_issue_names_the_sheet_of_its_row(pool: Pool, vault: TestVault) -> None:
    second = contributions(1, 参保地="110000")
    receipt = receive(pool, xlsx_of(contributions(40), second), vault=vault)
    (issue,) = receipt.issues
    assert issue.reason.endswith("（第 2 张表的第 2 行）")
    assert issue.value == "110000"


def test_parquet_is_taken_too(pool: Pool, vault: TestVault, tmp_path: Path) -> None:
    import pyarrow as pa

    rows = [{**row, "缴费基数": Decimal(row["缴费基数"])} for row in contributions(9)]
    path = tmp_path / "feed.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    assert receive(pool, path, vault=vault).delivery.rows_new == 9
    assert {row["base"] for row in stored(pool)} == {
        Decimal(4000 + at) + Decimal("0.5") for at in range(9)
    }


def test_old_codes_spellings_and_widths_mean_the_code(pool: Pool, vault: TestVault) -> None:
    said = contribution(
        1,
        缴费人员类别="单位职工",
        险种类型=" 企业养老 ",
        缴费基数="１2,345.60",
        费款所属期="2024年1月",
        参保地="362201",
    )
    receipt = receive(pool, csv_of([said]), vault=vault)
    assert receipt.issues == ()
    (row,) = stored(pool)
    assert (row["kind"], row["insurance"], row["place"]) == ("1", "110", "360902")
    assert (row["base"], row["month"]) == (Decimal("12345.60"), MONTH)


def test_a_number_written_otherwise_is_the_same_person(pool: Pool, vault: TestVault) -> None:
    held = next(number(at) for at in range(200) if number(at).endswith("X"))
    rows = [
        contribution(0, 公民身份号码=held),
        contribution(0, 公民身份号码=held.lower(), 险种类型="210"),
        contribution(0, 公民身份号码=f"'{held[:6]} {held[6:]}", 险种类型="410"),
        contribution(0, 公民身份号码=held[:6] + held[8:17], 险种类型="110", 缴费人员类别="2"),
    ]
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert receipt.issues == ()
    assert {row["person"] for row in stored(pool)} == {1}


def test_a_row_with_a_wrong_number_is_kept_without_a_person_and_with_candidates(
    pool: Pool, vault: TestVault
) -> None:
    slip = number(4)[:9] + str((int(number(4)[9]) + 1) % 10) + number(4)[10:]
    rows = [*contributions(20), contribution(4, 公民身份号码=slip, 险种类型="210")]
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert [(i.row, i.code, i.value) for i in receipt.issues] == [
        (22, "id_check_digit", "（不显示）")
    ]
    assert "校验码" in receipt.issues[0].reason
    (kept,) = [row for row in stored(pool) if row["row"] == 22]
    assert (kept["person"], kept["flags"]) == (None, flags(SourceRule.IDENTITY_CHECK))
    right = next(row["person"] for row in stored(pool) if row["row"] == 6)
    near = whole(pool, "id_candidates")
    assert [(n["source"], n["delivery"], n["row"], n["person"]) for n in near] == [
        ("contributions", "D000001", 22, right)
    ]
    assert near[0]["name_token"] == vault.feature("name", name(4))


def test_flagged_rows_are_kept_and_marked(pool: Pool, vault: TestVault) -> None:
    rows = [citizen(at) for at in range(20)]
    rows[3] |= {"性别": "2" if rows[3]["性别"] == "1" else "1", "户口性质": "未知的"}
    receipt = receive(pool, csv_of(rows), vault=vault, source="population")
    (marked,) = [row for row in stored(pool, "population") if row["flags"]]
    assert marked["flags"] == flags(SourceRule.SEX_MATCHES, SourceRule.FAULTY_CELL)
    assert marked["hukou"] is None
    assert codes(receipt) == {"sex_matches_id_sex", "unknown_code"}
    assert receipt.delivery.rows_flagged == 1


def test_bad_rows_are_set_aside_sealed_and_the_rest_is_taken(
    pool: Pool, vault: TestVault, tmp_path: Path
) -> None:
    rows = contributions(60)
    rows[10] |= {"险种类型": "999"}
    rows[20] |= {"单位统一社会信用代码": credit_code(1)[:-1] + "O"}
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert (receipt.delivery.rows_new, receipt.delivery.rows_set_aside) == (58, 2)
    assert [(i.row, i.code) for i in receipt.issues] == [
        (12, "unknown_code"),
        (22, "uscc_check_digit"),
    ]
    assert receipt.issues[0].value == "999"
    vault.open_sealed(pool.root / "aside" / "D000001.parquet", tmp_path / "aside")
    aside = pq.read_table(tmp_path / "aside").to_pylist()
    assert [(row["row"], row["id_number"]) for row in aside] == [(12, number(10)), (22, number(20))]


def test_an_unknown_code_names_what_was_probably_meant(pool: Pool, vault: TestVault) -> None:
    rows = [*contributions(30), contribution(31, 参保地="袁洲区")]
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert "360902 袁州区" in receipt.issues[0].reason
    assert receipt.issues[0].value == "（不显示）"


def test_a_repeated_key_keeps_its_last_row(pool: Pool, vault: TestVault) -> None:
    rows = [*contributions(9), contribution(2), contribution(3, 缴费基数="9999")]
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert (receipt.delivery.rows_new, receipt.delivery.rows_same) == (9, 2)
    held = {row["row"]: row for row in stored(pool)}
    assert 4 not in held
    assert held[11]["flags"] == 0
    assert held[12]["base"] == Decimal(9999)
    assert held[12]["flags"] == flags(SourceRule.DUPLICATE_KEY)
    assert [(i.row, i.code) for i in receipt.issues] == [(5, "duplicate_key")]


def test_rows_without_a_person_are_never_taken_for_one_another(
    pool: Pool, vault: TestVault
) -> None:
    wrong = number(1)[:-1] + ("0" if number(1)[-1] != "0" else "1")
    rows = [*contributions(20, 险种类型="210"), *[contribution(1, 公民身份号码=wrong)] * 2]
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert receipt.delivery.rows_new == 22
    assert len([row for row in stored(pool) if row["person"] is None]) == 2


def test_what_is_held_already_is_not_kept_again(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(20)), vault=vault)
    again = contributions(21)
    again[5] |= {"缴费基数": "5000"}
    receipt = receive(pool, csv_of(again), vault=vault)
    found = receipt.delivery
    assert (found.rows_same, found.rows_changed, found.rows_new) == (19, 1, 1)
    assert len(stored(pool)) == 22
    last = receive(pool, csv_of(again[::-1]), vault=vault)
    assert last.delivery.verdict is Verdict.UNCHANGED
    assert len(stored(pool)) == 22


def test_a_benefit_is_corrected_though_it_counts_its_own_months(
    pool: Pool, vault: TestVault
) -> None:
    """Its column ``nth`` has a name that a rank might take."""

    def benefit(at: int, amount: str) -> dict[str, str]:
        headers = {c.field: c.header for c in source_contracts()["unemployment_benefit"].columns}
        given = {
            "id_number": number(at),
            "name": name(at),
            "amount": amount,
            "month": str(MONTH),
            "nth": "2",
            "total": "12",
            "place": "360902",
        }
        return {headers[field]: value for field, value in given.items()}

    source = "unemployment_benefit"
    first = [benefit(at, "1500") for at in range(20)]
    receive(pool, csv_of(first), vault=vault, source=source)
    receipt = receive(pool, csv_of([benefit(3, "1600"), *first[4:]]), vault=vault, source=source)
    found = receipt.delivery
    assert (found.rows_changed, found.rows_same) == (1, 16)
    assert len([row for row in stored(pool, source) if row["nth"] == 2]) == 21


def test_a_late_row_touches_the_month_it_speaks_of(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(20)), vault=vault)
    rows = [*contributions(20, 费款所属期="202402"), contribution(30)]
    receipt = receive(pool, csv_of(rows), vault=vault, month=202402)
    assert (receipt.delivery.touched_from, receipt.delivery.touched_to) == (MONTH, 202402)
    assert {row["month"] for row in stored(pool)} == {MONTH, 202402}


def test_a_month_to_come_sets_a_row_aside(pool: Pool, vault: TestVault) -> None:
    rows = [*contributions(30), contribution(31, 费款所属期="202403")]
    assert codes(receive(pool, csv_of(rows), vault=vault)) == {"month_after_delivery"}


def test_an_older_file_after_a_newer_one_does_not_take_back_what_that_corrected(
    pool: Pool, vault: TestVault
) -> None:
    newer = [*contributions(20, 费款所属期="202402"), contribution(3, 缴费基数="7777")]
    receive(pool, csv_of(newer), vault=vault, month=202402)
    receipt = receive(pool, csv_of(contributions(20)), vault=vault)
    assert (receipt.delivery.rows_new, receipt.delivery.rows_same) == (19, 1)
    assert codes(receipt) == {"older"}
    assert "D000001" in receipt.issues[0].reason
    january = [row for row in stored(pool) if row["month"] == MONTH]
    assert Decimal(7777) in {row["base"] for row in january}
    assert Decimal("4003.50") not in {row["base"] for row in january}


def test_a_standing_source_keeps_what_is_new_or_changed(pool: Pool, vault: TestVault) -> None:
    source = "employment_registration"
    receive(pool, csv_of([registration(at) for at in range(20)]), vault=vault, source=source)
    rows = [registration(1), registration(2, 终止日期="2024-01-20"), registration(50)]
    receipt = receive(pool, csv_of(rows), vault=vault, source=source, month=202402)
    found = receipt.delivery
    assert (found.rows_same, found.rows_changed, found.rows_new) == (1, 1, 1)
    assert (found.touched_from, found.touched_to) == (202305, 999912)
    ended = [row for row in stored(pool, source) if row["end"]]
    assert [(row["end"], row["month"]) for row in ended] == [(date(2024, 1, 20), 202402)]


def test_rows_outside_a_countys_scope_are_set_aside(pool: Pool, vault: TestVault) -> None:
    rows = [*contributions(40), contribution(41, 参保地="360981")]
    receipt = receive(pool, csv_of(rows), vault=vault, by=submitter("360902"))
    assert codes(receipt) == {"place_out_of_scope"}
    assert receipt.delivery.rows_set_aside == 1
    snapshot = pool.snapshot()
    assert snapshot.deliveries(Scope.of(["360981"])) == []
    assert len(snapshot.deliveries(Scope.of(["360902"]))) == 1


def test_phones_and_numbers_in_free_text_are_covered(pool: Pool, vault: TestVault) -> None:
    row = {
        "统一社会信用代码": credit_code(1),
        "建档期就业人数": "100",
        "调查期就业人数": "90",
        "减少类型": "自然减员",
        "减少原因一": "08",
        "减少原因二": "",
        "减少原因三": "",
        "减少说明": f"联系人{phone(5)}，张某{number(5)}离职",
        "隐性失业人数": "",
        "计划招聘人数": "",
        "缺工人数": "",
        "劳务派遣人数": "",
        "调查月份": str(MONTH),
        "企业所在地": "360902",
    }
    rows = [{**row, "统一社会信用代码": credit_code(at), "减少说明": ""} for at in range(2, 9)]
    receive(pool, csv_of([row, *rows]), vault=vault, source="firm_reports")
    (noted,) = [each for each in stored(pool, "firm_reports") if each["note"]]
    assert noted["note"] == "联系人***，张某***离职"
    assert noted["flags"] == flags(SourceRule.PERSONAL_IN_TEXT)


def test_a_firm_without_persons_is_kept_as_it_is_and_its_file_unsealed(
    pool: Pool, vault: TestVault
) -> None:
    rows = [
        {
            "户号": f"{at:010}",
            "统一社会信用代码": credit_code(at),
            "用电量": "1234.5",
            "用电月份": "2024-01",
            "用电地": "360902",
        }
        for at in range(10)
    ]
    receipt = receive(pool, csv_of(rows), vault=vault, source="electricity")
    assert receipt.delivery.rows_new == 10
    path = pool.snapshot().landed_file(receipt.delivery.id, scope=EVERYWHERE)
    assert path.read_bytes() == csv_of(rows)
    assert vault.kept == {}


def test_a_missing_column_that_may_be_blank_is_blank(pool: Pool, vault: TestVault) -> None:
    rows = [{k: v for k, v in registration(at).items() if k != "职业工种"} for at in range(3)]
    receipt = receive(pool, csv_of(rows), vault=vault, source="employment_registration")
    assert receipt.delivery.rows_new == 3


def test_every_source_can_be_received_empty_but_for_its_required_cells(
    pool: Pool, vault: TestVault
) -> None:
    """No contract gives a statement that the engine does not take."""
    for contract in source_contracts().values():
        header = [column.header for column in contract.columns]
        content = ",".join(header) + "\n" + ",".join("x" for _ in header) + "\n"
        receipt = receive(pool, content.encode(), vault=vault, source=contract.name)
        assert receipt.delivery.verdict is Verdict.REFUSED, contract.name
        assert receipt.delivery.rows_refused == 1


def test_an_unknown_source_or_month_is_said_at_once(pool: Pool, vault: TestVault) -> None:
    with pytest.raises(InvalidInput, match="没有“weather”"):
        receive(pool, b"", vault=vault, source="weather")
    with pytest.raises(InvalidInput, match="不是月份"):
        receive(pool, b"", vault=vault, month=202413)
    assert pool.snapshot().release == 0


def test_the_same_file_twice_gives_the_old_receipt(pool: Pool, vault: TestVault) -> None:
    content = csv_of(contributions(5))
    first = receive(pool, content, vault=vault)
    again = receive(pool, content, vault=vault, at=datetime(2024, 3, 1, tzinfo=UTC))
    assert again.repeated
    assert again.delivery == first.delivery
    assert pool.snapshot().release == 1
