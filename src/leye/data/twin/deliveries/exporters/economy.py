"""Firms, tax, electricity, telephones, recruitment, credit and the firms' own reports."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from leye.data.twin.codes import FirmKind
from leye.data.twin.deliveries.exporters.desk import Columns, Desk, Page, positions
from leye.data.twin.deliveries.texts import coded, joined, numbered, picked

_FLOW_ROUNDING = 10


def firms(desk: Desk) -> Iterator[pa.Table]:
    """市场主体: every firm in the first month, then those that open or close."""
    table = desk.world.firms
    for page in desk.cut(_registered(desk)):
        firm = page.of("firm")
        more = page.beside(
            industry=table.division[firm],
            kind=table.kind[firm],
            capital=table.capital[firm],
            opened=table.opened[firm],
            group=table.group[firm],
            parent=table.parent[firm],
            owner=table.owner[firm],
        )
        town = picked(desk.directory.towns, table.town[firm])
        yield page.rows(
            person="owner",
            uscc=page.firm(),
            name=page.firm_name(),
            kind=more.code("kind"),
            owner_id=more.number("owner"),
            owner_name=more.name("owner"),
            industry=more.code("industry", width=2),
            capital=more.money("capital"),
            opened=more.day("opened"),
            state=page.code("state"),
            closed=page.day("closed"),
            group=more.firm("group"),
            establishment_of=more.firm("parent"),
            park=picked(desk.directory.parks, table.park[firm]),
            place=town,
            address=joined(
                picked(desk.directory.town_names, table.town[firm]),
                coded(_STREETS, firm % len(_STREETS)),
                numbered("", firm % _HOUSES + 1, width=1),
                "号",
            ),
        )


_STREETS = ("人民路", "解放路", "文明路", "工业大道", "朝阳路", "新建路", "迎宾大道", "府前路")
_HOUSES = 388


def _registered(desk: Desk) -> Columns:
    table = desk.world.firms
    changed = desk.latest("firms", "firm")
    firm = changed["firm"].astype(np.int64)
    return {
        "firm": firm,
        "state": changed["state"],
        "closed": changed["closed"],
        "owner": table.owner[firm],
    }


def payroll_tax(desk: Desk) -> Iterator[pa.Table]:
    """个税扣缴人数."""
    now = desk.now
    firm = positions(now.tax_headcount > 0)
    records: Columns = {
        "firm": firm,
        "headcount": now.tax_headcount[firm],
        "payroll": now.payroll[firm],
        "county": desk.world.firms.county[firm],
    }
    for page in desk.cut(records):
        yield page.rows(
            person="",
            uscc=page.firm(),
            headcount=page.whole("headcount"),
            payroll=page.money("payroll"),
            month=page.same(str(now.month)),
            place=page.county(),
        )


def electricity(desk: Desk) -> Iterator[pa.Table]:
    """企业用电: a firm with two meters has two accounts; small traders' bear no code."""
    now, table = desk.now, desk.world.firms
    metered = positions((table.meters > 0) & now.open & ~np.isnan(now.kwh))
    firm = np.repeat(metered, table.meters[metered])
    first = np.concatenate([[True], firm[1:] != firm[:-1]]) if len(firm) else firm.astype(bool)
    records: Columns = {
        "firm": np.where(table.kind[firm] == FirmKind.HOUSEHOLD, -1, firm),
        "account": firm * 2 + ~first,
        "kwh": now.kwh[firm] / table.meters[firm],
        "county": table.county[firm],
    }
    for page in desk.cut(records):
        yield page.rows(
            person="",
            account=page.serial("YD", "account"),
            uscc=page.firm(),
            kwh=page.money("kwh"),
            month=page.same(str(now.month)),
            place=page.county(),
        )


def mobile_flows(desk: Desk) -> Iterator[pa.Table]:
    """手机信令流动: rounded to tens; pairs with less than five people are left out."""
    flows = desk.now.flows
    rounded = (flows["persons"] + _FLOW_ROUNDING // 2) // _FLOW_ROUNDING * _FLOW_ROUNDING
    shown = positions(rounded > 0)
    places = pa.concat_arrays([desk.directory.counties, desk.directory.destinations])
    records: Columns = {"persons": rounded[shown]}
    for page in desk.cut(records):
        yield page.rows(
            person="",
            from_place=picked(places, flows["from_place"][shown]),
            to_place=picked(places, flows["to_place"][shown]),
            persons=page.whole("persons"),
            month=page.same(str(desk.now.month)),
        )


def job_ads(desk: Desk) -> Iterator[pa.Table]:
    """网络招聘岗位: with the employer's name as text only."""
    for page in desk.pages("ads"):
        yield page.rows(
            person="",
            ad=page.serial("ZP"),
            employer_name=page.firm_name(),
            title=page.occupation_name(),
            openings=page.whole("openings"),
            wage_low=page.money("wage_low"),
            wage_high=page.money("wage_high"),
            posted=page.day("posted"),
            closed=page.day("closed"),
            place=page.county(),
        )


def job_seekers(desk: Desk) -> Iterator[pa.Table]:
    """网络求职者: without identity number."""
    people = desk.world.population
    for page in desk.pages("seekers"):
        who = page.of("person")
        birth = people.birth[who].astype("M8[D]").astype("M8[M]").astype(np.int64)
        more = page.beside(sex=people.sex[who], born=(birth // 12 + 1970) * 100 + birth % 12 + 1)
        yield page.rows(
            resume=page.serial("QZ"),
            name=page.name(),
            phone=page.phone(),
            sex=more.code("sex"),
            birth_month=more.month("born"),
            title=page.occupation_name(),
            active_month=page.month("active_month"),
            place=page.county(),
        )


def credit_events(desk: Desk) -> Iterator[pa.Table]:
    """企业信用事件."""
    for page in desk.pages("credit"):
        yield page.rows(
            person="",
            event=page.serial("XY"),
            uscc=page.firm(),
            kind=page.code("kind"),
            happened=page.day("happened"),
            amount=page.money("amount"),
        )


def firm_reports(desk: Desk) -> Iterator[pa.Table]:
    """失业动态监测企业月报."""
    reports = desk.now.reports
    for page in desk.cut(reports):
        place = page.beside(county=desk.world.firms.county[page.of("firm")])
        yield page.rows(
            person="",
            uscc=page.firm(),
            base=page.whole("base"),
            current=page.whole("current"),
            reduction=page.code("reduction", width=2, null=0),
            reason1=page.code("reason1", width=2, null=0),
            reason2=page.code("reason2", width=2, null=0),
            reason3=page.code("reason3", width=2, null=0),
            note=_note(page),
            hidden=page.optional("hidden"),
            planned=page.optional("planned"),
            gap=page.optional("gap"),
            dispatch=page.optional("dispatch"),
            month=page.same(str(desk.now.month)),
            place=place.county(),
        )


_NOTES = (
    "", "产品调整", "更新设备", "节能改造", "落后生产线关停", "订单减少，部分员工离职",
    "原料涨价，缩减班次", "招工成本高", "员工退休", "资金周转困难", "税费负担重",
    "淡季停工，开工后返岗", "员工回家，另谋职业", "内部调动", "转为劳务派遣", "其他原因",
)  # fmt: skip
_THIRD = 3


def _note(page: Page) -> pa.Array:
    """Give the words that one firm in three adds to its reason."""
    reason = page.of("reason1").astype(np.int64)
    said = (reason > 0) & (page.of("firm") % _THIRD == 0)
    return coded(_NOTES, np.where(said, reason, -1))


def layoff_reports(desk: Desk) -> Iterator[pa.Table]:
    """规模裁员报告."""
    for page in desk.pages("layoff_reports"):
        yield page.rows(
            person="",
            report=page.serial("CY"),
            uscc=page.firm(),
            reported=page.day("reported"),
            planned=page.day("planned"),
            persons=page.whole("persons"),
            place=page.county(),
        )
