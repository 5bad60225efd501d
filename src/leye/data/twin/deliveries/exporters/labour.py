"""Human resources and social security: registrations, contracts, certificates, payments."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from leye.data.twin.codes import PROGRAMMES
from leye.data.twin.deliveries.exporters.desk import Desk
from leye.data.twin.deliveries.texts import coded, numbered


def employment_registration(desk: Desk) -> Iterator[pa.Table]:
    """就业登记."""
    for page in desk.pages("employment"):
        yield page.rows(
            record=page.serial("JY"),
            id_number=page.number(),
            name=page.name(),
            phone=page.phone(),
            form=page.code("form"),
            uscc=page.firm(),
            occupation=page.occupation(),
            start=page.day("start"),
            end=page.day("end"),
            place=page.village(),
        )


def unemployment_registration(desk: Desk) -> Iterator[pa.Table]:
    """失业登记."""
    for page in desk.pages("unemployment"):
        yield page.rows(
            record=page.serial("SY"),
            id_number=page.number(),
            name=page.name(),
            phone=page.phone(),
            registered=page.day("registered"),
            reason=page.code("reason"),
            last_uscc=page.firm("last_firm"),
            cancelled=page.day("cancelled"),
            cancel_reason=page.code("cancel_reason", null=0),
            place=page.village(),
        )


def labour_filing(desk: Desk) -> Iterator[pa.Table]:
    """用工备案."""
    for page in desk.pages("filings"):
        yield page.rows(
            contract=page.serial("HT"),
            id_number=page.number(),
            name=page.name(),
            uscc=page.firm(),
            kind=page.code("kind"),
            occupation=page.occupation(),
            start=page.day("start"),
            end=page.day("end"),
            ended=page.day("ended"),
            end_reason=page.code("end_reason", null=0),
            wage=page.money("wage"),
            place=page.county(),
        )


def hard_to_employ(desk: Desk) -> Iterator[pa.Table]:
    """就业困难人员认定."""
    for page in desk.pages("hardship"):
        yield page.rows(
            certificate=page.serial("KN"),
            id_number=page.number(),
            name=page.name(),
            category=page.code("category"),
            certified=page.day("certified"),
            withdrawn=page.day("withdrawn"),
            place=page.village(),
        )


def public_welfare_posts(desk: Desk) -> Iterator[pa.Table]:
    """公益性岗位."""
    for page in desk.pages("welfare_posts"):
        yield page.rows(
            agreement=page.serial("GY"),
            id_number=page.number(),
            name=page.name(),
            post=page.occupation_name(),
            uscc=page.firm(),
            start=page.day("start"),
            end=page.day("end"),
            monthly=page.money("monthly"),
            place=page.village(),
        )


def training(desk: Desk) -> Iterator[pa.Table]:
    """职业培训."""
    for page in desk.pages("trainings"):
        yield page.rows(
            record=page.serial("PX"),
            id_number=page.number(),
            name=page.name(),
            class_id=numbered("BQ", page.of("class_no"), width=7),
            institution=page.firm("institution"),
            kind=page.code("kind"),
            occupation=page.occupation(),
            start=page.day("start"),
            end=page.day("end"),
            hours=page.whole("hours"),
            passed=page.yes("passed"),
            place=page.county(),
        )


def certificates(desk: Desk) -> Iterator[pa.Table]:
    """职业技能证书."""
    for page in desk.pages("certificates"):
        yield page.rows(
            certificate=page.serial("ZS"),
            id_number=page.number(),
            name=page.name(),
            occupation=page.occupation(),
            level=page.code("level"),
            issued=page.day("issued"),
        )


def subsidies(desk: Desk) -> Iterator[pa.Table]:
    """就业补贴发放: a firm's has the firm's name and no identity number."""
    for page in desk.pages("subsidies"):
        yield page.rows(
            payment=page.serial("BT"),
            id_number=page.number(),
            name=pc.coalesce(page.name(), page.firm_name()),
            uscc=page.firm(),
            programme=coded([each.value for each in PROGRAMMES], page.of("programme")),
            from_month=page.month("from_month"),
            to_month=page.month("to_month"),
            amount=page.money("amount"),
            paid=page.day("paid"),
            place=page.county(),
        )


def loans(desk: Desk) -> Iterator[pa.Table]:
    """创业担保贷款."""
    for page in desk.pages("loans"):
        yield page.rows(
            loan=page.serial("DK"),
            id_number=page.number(),
            name=page.name(),
            uscc=page.firm(),
            kind=page.code("kind"),
            amount=page.money("amount"),
            granted=page.day("granted"),
            due=page.day("due"),
            overdue=page.yes("overdue"),
            place=page.county(),
        )
