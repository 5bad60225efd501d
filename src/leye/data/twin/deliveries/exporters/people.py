"""Public security, education, veterans, the disabled, the countryside: who people are."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from leye.data.twin.deliveries.exporters.desk import Columns, Desk, Page, positions
from leye.data.twin.deliveries.texts import joined, whole

_ON = 1


def population(desk: Desk) -> Iterator[pa.Table]:
    """户籍与常住人口: everybody in the first month, then who is new, moved or struck off."""
    for page in desk.cut(_registered(desk)):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            phone=page.phone(),
            sex=page.code("sex"),
            birth=page.day("birth"),
            household=page.serial("H", "household"),
            relation=page.code("relation", width=2),
            residence=page.village(),
            hukou_place=page.county("hukou_county"),
            hukou=page.code("hukou"),
            education=page.code("education", null=0),
            state=page.code("state"),
        )


def _registered(desk: Desk) -> Columns:
    changed = desk.latest("register", "person")
    if desk.first:
        state = np.where(desk.now.alive, _ON, 0)
        state[changed["person"]] = changed["state"]
        person = positions(state > 0)
        village, education = desk.now.residence[person], desk.now.education[person]
        state = state[person]
    else:
        person, state = changed["person"].astype(np.int64), changed["state"]
        village, education = changed["village"], changed["education"]
    people = desk.world.population
    return {
        "person": person,
        "sex": people.sex[person],
        "birth": people.birth[person],
        "household": people.household[person],
        "relation": people.relation[person],
        "village": village,
        "hukou_county": people.hukou_county[person],
        "hukou": people.hukou[person],
        "education": education,
        "state": state,
    }


def deaths(desk: Desk) -> Iterator[pa.Table]:
    """死亡人员."""
    for page in desk.pages("deaths", "person"):
        yield page.rows(id_number=page.number(), name=page.name(), death_date=page.day("day"))


def graduates(desk: Desk) -> Iterator[pa.Table]:
    """高校毕业生名册."""
    for page in desk.pages("graduates", "person"):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            phone=page.phone(),
            school=page.school(),
            level=page.code("level"),
            major=page.major(),
            graduated=page.month("graduated_month"),
            destination=page.code("destination", null=0),
            place=page.county(),
        )


def enrolment(desk: Desk) -> Iterator[pa.Table]:
    """在校学生."""
    for page in desk.pages("enrolments", "person", "school_year"):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            school_year=page.whole("school_year"),
            school=page.school(),
            level=page.code("level"),
            state=page.code("state"),
            from_month=page.month("from_month"),
            to_month=page.month("to_month"),
            place=page.county(),
        )


def veterans(desk: Desk) -> Iterator[pa.Table]:
    """退役军人."""
    for page in desk.pages("veterans", "person"):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            discharged=page.day("discharged"),
            placement=page.code("placement"),
            place=page.village(),
        )


def disabled(desk: Desk) -> Iterator[pa.Table]:
    """残疾人: the certificate's number is the identity number with the kind and grade behind it."""
    for page in desk.pages("disabled", "person"):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            certificate=_certificate(page),
            grade=page.code("grade"),
            kind=page.code("kind"),
            able=page.yes("able"),
            withdrawn=page.day("withdrawn"),
            place=page.village(),
        )


def _certificate(page: Page) -> pa.Array:
    return joined(page.number(), whole(page.of("kind")), whole(page.of("grade")))


def poverty_workers(desk: Desk) -> Iterator[pa.Table]:
    """脱贫劳动力."""
    household = desk.world.population.household
    for page in desk.pages("poverty", "person"):
        homes = page.beside(home=household[page.of("person")])
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            household=homes.serial("P", "home"),
            kind=page.code("kind"),
            listed=page.day("listed"),
            removed=page.day("removed"),
            place=page.village(),
        )


def labour_ledger(desk: Desk) -> Iterator[pa.Table]:
    """城乡劳动力资源台账."""
    for page in desk.pages("ledger", "person"):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            phone=page.phone(),
            status=page.code("status", width=2),
            destination=page.destination(),
            occupation=page.occupation(),
            checked=page.day("checked"),
            place=page.village(),
        )
