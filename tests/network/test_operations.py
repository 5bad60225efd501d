"""Keeping service points: who may, what is recorded, and what is refused."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from leye.kernel.errors import Forbidden
from leye.service.identity.errors import AppendOnly, InvalidText
from leye.service.identity.models import AuditEvent, User
from leye.service.network.enums import CoordSource
from leye.service.network.errors import InvalidPoint, PointClosed, PointExists, UnknownPoint
from leye.service.network.models import ServicePoint
from leye.service.network.operations import (
    add_point,
    change_point,
    close_point,
    fields_of,
    reopen_point,
)
from leye.service.network.place_sheets import locate_place
from leye.service.network.queries import open_points, place_coordinates, point_for, points_for
from leye.service.network.rules import Coordinate, PointFields, point_fields
from tests.samples import ACCOUNTS, AT

Accounts = dict[str, User]
MAY = {"county_official", "city_official"}


def fields(**given: str) -> PointFields:
    return point_fields(
        **{"name": "下浦服务站", "kind": "town_station", "place": "360902008", **given}
    )


@pytest.mark.django_db
def test_a_point_is_opened_by_nobody_but_those_who_look_after_them(accounts: Accounts) -> None:
    for name in ACCOUNTS:
        given = fields(name=f"{name}站")
        if name in MAY:
            assert add_point(fields=given, by=accounts[name], at=AT).active
        else:
            with pytest.raises(Forbidden):
                add_point(fields=given, by=accounts[name], at=AT)
    assert ServicePoint.objects.count() == len(MAY)


@pytest.mark.django_db
def test_each_change_leaves_its_event(accounts: Accounts) -> None:
    by = accounts["county_official"]
    point = add_point(fields=fields(), by=by, at=AT)
    change_point(point=point, fields=fields(phone="12333"), by=by, at=AT)
    change_point(point=point, fields=fields(phone="12333"), by=by, at=AT)
    close_point(point=point, reason="并入县中心", by=by, at=AT)
    reopen_point(point=point, by=by, at=AT)
    events = AuditEvent.objects.filter(subject_type="service_point").order_by("id")
    assert [(event.action, event.subject_id, event.place) for event in events] == [
        (action, point.number, "360902008")
        for action in (
            "service_point_added",
            "service_point_changed",
            "service_point_closed",
            "service_point_reopened",
        )
    ]
    assert all(event.detail == {} and event.label for event in events)


@pytest.mark.django_db
def test_a_point_does_not_leave_or_enter_somebody_elses_place(accounts: Accounts) -> None:
    by = accounts["county_official"]
    point = add_point(fields=fields(), by=by, at=AT)
    for who, place in ((by, "360981002"), (accounts["other_county_official"], "360981002")):
        with pytest.raises(Forbidden):
            change_point(point=point, fields=fields(place=place), by=who, at=AT)
    moved = change_point(
        point=point, fields=fields(place="360981002"), by=accounts["city_official"], at=AT
    )
    assert moved.place == "360981002"


@pytest.mark.django_db
def test_a_closed_point_is_kept_and_no_longer_counts(accounts: Accounts) -> None:
    by = accounts["county_official"]
    where = Coordinate(114.44, 27.79, CoordSource.SURVEY, 5)
    given = point_fields(name="站点", kind="other", place="360902", at=where)
    point = add_point(fields=given, by=by, at=AT)
    assert [each.number for each in open_points()] == [point.number]
    close_point(point=point, reason="撤并", by=by, at=AT)
    assert open_points() == ()
    assert point_for(by, point.number).closed_reason == "撤并"
    with pytest.raises(PointClosed):
        change_point(point=point, fields=fields(), by=by, at=AT)
    with pytest.raises(InvalidText):
        close_point(point=point, reason="", by=by, at=AT)
    with pytest.raises(AppendOnly):
        point.delete()
    with pytest.raises(AppendOnly):
        ServicePoint.objects.all().delete()


@pytest.mark.django_db
def test_open_points_of_a_place_have_names_of_their_own(accounts: Accounts) -> None:
    by = accounts["county_official"]
    first = add_point(fields=fields(), by=by, at=AT)
    with pytest.raises(PointExists):
        add_point(fields=fields(), by=by, at=AT)
    close_point(point=first, reason="迁址", by=by, at=AT)
    add_point(fields=fields(), by=by, at=AT)
    with pytest.raises(PointExists):
        reopen_point(point=first, by=by, at=AT)


@pytest.mark.django_db
def test_the_database_holds_a_coordinate_whole_or_not_at_all(accounts: Accounts) -> None:
    point = add_point(fields=fields(), by=accounts["city_official"], at=AT)
    for changes in ({"lng": 114.0}, {"coord_source": "user"}, {"coord_source": "magic"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServicePoint.objects.filter(pk=point.pk).update(**changes)


@pytest.mark.django_db
def test_what_is_listed_is_what_may_be_changed(accounts: Accounts) -> None:
    for place in ("360902008", "360981002"):
        add_point(fields=fields(place=place), by=None, at=AT)
    seen = {name: [p.place for p in points_for(accounts[name])] for name in ACCOUNTS}
    assert seen["city_official"] == ["360902008", "360981002"]
    assert seen["county_official"] == ["360902008"]
    assert seen["other_county_official"] == ["360981002"]
    assert all(seen[name] == [] for name in set(ACCOUNTS) - MAY - {"other_county_official"})
    assert [p.place for p in points_for(accounts["city_official"], place="360981")] == ["360981002"]
    with pytest.raises(UnknownPoint):
        point_for(accounts["county_official"], ServicePoint.objects.get(place="360981002").number)


@pytest.mark.django_db
def test_fields_go_in_and_out_unchanged(accounts: Accounts) -> None:
    given = point_fields(
        name="站点",
        kind="gig_market",
        place="360902",
        at=Coordinate(114.44, 27.79, CoordSource.USER, 200),
        hours="工作日 9:00—17:00",
        phone="12333",
    )
    assert fields_of(add_point(fields=given, by=None, at=AT)) == given


@pytest.mark.django_db
def test_the_most_trusted_coordinate_of_a_place_is_used(accounts: Accounts) -> None:
    by = accounts["county_official"]
    town, village = "360902008", "360902008001"
    assert place_coordinates()[town].source is CoordSource.GAZETTEER
    assert village not in place_coordinates()
    for source in (CoordSource.DEMO, CoordSource.SURVEY, CoordSource.USER):
        where = Coordinate(114.5, 27.8, source, 50)
        locate_place(place=town, where=where, by=by, at=AT)
        locate_place(place=village, where=where, by=by, at=AT)
    assert place_coordinates()[town].source is CoordSource.SURVEY
    assert place_coordinates()[village].source is CoordSource.SURVEY


@pytest.mark.django_db
def test_a_demonstration_does_not_displace_the_gazetteer() -> None:
    where = Coordinate(114.5, 27.8, CoordSource.DEMO, 50)
    locate_place(place="360902008", where=where, by=None, at=AT)
    assert place_coordinates()["360902008"].source is CoordSource.GAZETTEER


@pytest.mark.django_db
def test_coordinates_are_of_towns_and_villages_of_ones_own(accounts: Accounts) -> None:
    where = Coordinate(114.5, 27.8, CoordSource.USER, 50)
    with pytest.raises(InvalidPoint, match="乡镇"):
        locate_place(place="360902", where=where, by=accounts["county_official"], at=AT)
    with pytest.raises(Forbidden):
        locate_place(place="360981002", where=where, by=accounts["county_official"], at=AT)


@pytest.mark.django_db
def test_reading_all_coordinates_is_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        place_coordinates()
        open_points()
    assert len(queries) == 2


def test_accounts_fixture_names(accounts: Accounts, account: Callable[..., User]) -> None:
    """Whoever must change their password first looks after nothing."""
    late = account("city_official", "360900", username="late.city", must_change=True)
    with pytest.raises(Forbidden):
        add_point(fields=fields(), by=late, at=AT)
