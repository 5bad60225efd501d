"""The temporary unemployment allowance of 2021 and 2022, and the living aid of rural workers."""

from leye.decision.policy.conditions import Changes, among, condition
from leye.decision.policy.kleene import above, all_of, any_of, at_least, negate, not_before
from leye.decision.policy.law.unemployment_insurance import NO_PENSION, NOT_WORKING
from leye.decision.policy.programmes import Programme

_AT = "unemployment_insurance.temporary_allowance"

TEMPORARY_ALLOWANCE = Programme(
    name="temporary_unemployment_allowance",
    entity="person",
    in_force=(f"{_AT}.open",),
    conditions=(
        condition(
            "unemployed_in_time",
            "{unemployment_insurance.temporary_allowance.unemployed_since}以后失业",
            lambda s: not_before(s.month("last_job_ended"), s.value(f"{_AT}.unemployed_since")),
            basis="赣人社发〔2021〕18号",
            changes=Changes.NEVER,
        ),
        condition(
            "insured_before",
            "失业前参加过失业保险",
            lambda s: at_least(s.number("ui_months_total"), 1),
            basis="赣人社发〔2021〕18号",
            changes=Changes.NEVER,
        ),
        condition(
            "benefit_not_due",
            "失业保险金已经领满，或者不符合领取条件",
            lambda s: any_of(
                negate(s.outcome("unemployment_benefit")),
                all_of(
                    at_least(s.number("ui_months_drawn"), 1),
                    negate(above(s.number("benefit_months_left"), 0)),
                ),
            ),
            basis="赣人社发〔2021〕18号",
            changes=Changes.TIME,
        ),
        NOT_WORKING,
        NO_PENSION,
    ),
    amount=lambda s: s.all(s.value(f"{_AT}.month")),
    months=lambda s: s.all(s.value(f"{_AT}.most_months")),
    amount_cap=f"{_AT}.month",
    months_cap=f"{_AT}.most_months",
)
"""失业补助金 of 2021 and 2022, closed since."""

TEMPORARY_RURAL_AID = Programme(
    name="temporary_rural_living_aid",
    entity="person",
    in_force=(f"{_AT}.rural_months",),
    conditions=(
        among(
            "rural",
            "是农村户口的失业人员",
            fact="hukou",
            options=("rural",),
            basis="赣人社发〔2021〕18号",
            changes=Changes.NEVER,
        ),
        condition(
            "insured_less_than_a_year",
            "参加失业保险不满12个月",
            lambda s: all_of(
                at_least(s.number("ui_months_total"), 1),
                negate(at_least(s.number("ui_months_total"), 12)),
            ),
            basis="赣人社发〔2021〕18号",
            changes=Changes.NEVER,
        ),
        NOT_WORKING,
    ),
    amount=lambda s: s.all(s.value("setting.urban_minimum_allowance_month")),
    months=lambda s: s.all(s.value(f"{_AT}.rural_months")),
    months_cap=f"{_AT}.rural_months",
)
"""失业农民工临时生活补助 of 2021, at the level of the minimum allowance."""
