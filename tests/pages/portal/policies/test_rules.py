"""The rules explorer."""

import html
import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from leye.decision.policy import Case, catalogue, check, fact, listing, system
from leye.decision.policy.interview import Answers
from leye.doors.web.policy_results import money_words
from leye.doors.web.policy_state import Sitting, seal
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.policies.walking import FIRM


def test_a_rule_tells_its_conditions_numbers_and_history(public: Client) -> None:
    text = html.unescape(public.get("/policies/rules/unemployment_benefit/").text)
    assert "缴纳失业保险费满12个月" in text
    assert "《社会保险法》第四十五条" in text
    assert 'class="chart"' in text
    assert "袁州区缴费5年的人每月1683元领14个月" in text
    assert "失业补助金（已停）" in text
    assert "未核对" in text
    assert "2021-10-01" in text


def test_filters_find_what_fits(public: Client) -> None:
    text = public.get("/policies/rules/?who=employer&fund=失业保险基金").text
    fits = [e for e in catalogue().values() if e.who == "employer" and e.fund == "失业保险基金"]
    assert f"找到 {len(fits)} 项" in text
    assert all(each.title in text for each in fits)
    ended = public.get("/policies/rules/?force=failing").text
    assert "失业补助金（已停）" in ended


def test_changes_of_the_law_are_told_by_day(public: Client) -> None:
    pages = [public.get(f"/policies/rules/changes/?page={n}").text for n in (1, 2, 3)]
    whole = html.unescape("".join(pages))
    assert "2021年10月1日" in whole
    assert "失业保险金占最低工资的比例" in whole
    days = re.findall(r"<h2>(\d+)年(\d+)月(\d+)日", "".join(pages))
    dates = [tuple(map(int, day)) for day in days]
    assert dates == sorted(dates, reverse=True)


def test_the_list_and_the_numbers_can_be_taken_away(public: Client) -> None:
    sheet = public.get("/policies/rules/export.xlsx?who=household").content
    rows = list(load_workbook(BytesIO(sheet))["数据"].values)
    assert len(rows) == 1 + sum(each.who == "household" for each in catalogue().values())
    text = public.get("/policies/rules/values.csv").content.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("参数,名称,单位,起,数值")
    assert len(lines) >= 1 + sum(len(each.values) for each in system().law)
    assert any("unemployment_insurance.minimum_months" in line for line in lines)


def test_what_staff_take_away_is_on_record(signed_in: Callable[[str, str], Client]) -> None:
    signed_in("county_official", "360902").get("/policies/rules/export.csv")
    event = AuditEvent.objects.get(action=Action.FIGURES_EXPORTED)
    detail = event.detail if isinstance(event.detail, dict) else json.loads(event.detail)
    assert detail["rows"] == len(catalogue())


def test_the_first_page_and_the_sections_lead_here(public: Client) -> None:
    text = public.get("/").text
    assert text.count('href="/policies/"') >= 2


def test_what_cannot_be_had_together_says_so_on_both_sides(public: Client) -> None:
    """Whichever of the two lists the other."""
    answers = (
        Answers("employer")
        .choosing(None)
        .giving(
            {
                name: fact(name).read(value)
                for name, value in {
                    "firm_kind": "company",
                    "firm_in_park": "是",
                    "hires_hard": 2,
                    "hires_park_40": 2,
                    "hires_contract_one_year": "是",
                    "hires_insured": "是",
                    "hires_hard_months": 0,
                    "hires_park_40_months": 0,
                    "hires_hard_contribution": 900,
                    "hires_park_40_contribution": 900,
                    "hires_hard_near_retirement": "否",
                }.items()
            }
        )
    )
    state = seal(Sitting(answers, 202611), at=timezone.now())
    text = html.unescape(public.post(FIRM, {"state": state, "do": "results"}).text)
    titles = [
        catalogue()[name].title
        for name in ("hard_to_employ_hiring_subsidy", "park_older_hiring_subsidy")
    ]
    for title in titles:
        assert f"“{title}”同时享受" in text


def test_a_rule_is_told_in_words_with_the_values_of_the_month(public: Client) -> None:
    text = _words(public, "/policies/rules/unemployment_benefit/?month=2025-01")
    assert "每月失业保险金 ＝ 失业保险金月标准" in text
    assert (
        "参保地月最低工资（袁州区1870元/月（未核对）、其余各县（市、区）1740元/月（未核对）） × 90%"
        in text
    )
    before = _words(public, "/policies/rules/unemployment_benefit/?month=2020-01")
    assert "通知规定的月标准（袁州区1260元/月、其余各县（市、区）1180元/月）" in before
    assert "90%" not in before.split("举例")[1]


def test_the_worked_case_is_worked_out_by_the_rule(public: Client) -> None:
    text = _words(public, "/policies/rules/unemployment_benefit/")
    assert "失业保险金月标准 ＝ 1870元/月 × 90% ＝ 1683元" in text
    assert "每月失业保险金1,683元，还可享受的月数14个月" in text


def test_what_the_city_has_not_set_is_said_and_what_an_example_takes_for_granted(
    public: Client,
) -> None:
    text = _words(public, "/policies/rules/startup_training_subsidy/")
    assert "创业培训补贴（市里尚未设定）" in text
    assert "这里假设：创业培训补贴为1000元/人" in text


def test_a_rule_that_ended_is_told_as_it_last_was(public: Client) -> None:
    text = _words(public, "/policies/rules/job_retention_refund/")
    assert "下面是2025年12月的规定" in text
    assert "没有有效的规定" in text
    assert "大型企业：30%" in text


@pytest.mark.parametrize("month", ["2025", "2025-13", "1800-01", "x", "9999-01"])
def test_a_month_out_of_reach_is_refused(public: Client, month: str) -> None:
    answer = public.get(f"/policies/rules/unemployment_benefit/?month={month}")
    assert answer.status_code == 400
    assert "2025-01" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        *("unemployment_benefit", "startup_loan_interest", "flexible_insurance_subsidy"),
        *("job_retention_refund", "arrears_listing", "zero_employment_household_help"),
        *("vocational_training_subsidy", "public_welfare_post_subsidy", "travel_subsidy"),
    ],
)
def test_every_number_leads_to_its_history_on_the_page(public: Client, name: str) -> None:
    text = public.get(f"/policies/rules/{name}/").text
    ids = re.findall(r'id="([^"]+)"', text)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert len(ids) == len(set(ids))
    assert 'href="#v-' in text or 'href="#history-' in text


def _words(public: Client, address: str) -> str:
    """The text of a page without its markup, so that a line reads as it is seen."""
    text = html.unescape(re.sub(r"<[^>]+>", "", public.get(address).text))
    return re.sub(r"\s+", " ", text)


def test_what_is_no_money_in_hand_is_called_what_it_is() -> None:
    borrower = Case.of(
        person={
            "owns_business": "是",
            "loan_rounds": 0,
            "loan_unpaid": "否",
            "partners": 1,
            "other_business_loan": "否",
            "loan_overdue": "否",
            "loan_wanted": 250_000,
            "business_kind": "individual",
            "education": "junior",
            "has_title": "否",
            "certificate_level": "none",
        }
    )
    (found,) = check(borrower, 202506, ["startup_loan"])
    assert money_words(listing("startup_loan"), found) == "可借的最高额：250,000元"
    paid = Case.of(person={"work_status": "employed_insured", "wage_month": 6000})
    (found,) = check(paid, 202506, ["unemployment_contribution_employee"])
    words = money_words(listing("unemployment_contribution_employee"), found)
    assert words == "每月应缴（个人部分）：30元"
