"""The panel: who draws and keeps it, its history, its coverage."""

import pytest
from django.db import DatabaseError, connection, transaction

from leye.kernel.errors import Forbidden
from leye.service.identity.errors import AppendOnly, InvalidText
from leye.service.identity.models import AuditEvent, User
from leye.service.monitoring.errors import (
    InvalidMonitoringPoint,
    InvalidPanel,
    NoReplacement,
    NotInPanel,
    UnknownMonitoringPoint,
)
from leye.service.monitoring.points.enums import EntryRole, LeaveReason, PointKind
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.models import MonitoringPoint, Panel, PanelEntry, PanelExit
from leye.service.monitoring.points.operations import (
    add_point,
    draw_panel,
    leave,
    replace_point,
)
from leye.service.monitoring.points.queries import (
    current_panel,
    ever_in_panel,
    history_of,
    members,
    point_for,
    points_for,
    strata_of,
)
from leye.service.monitoring.points.rules import firm_point, named_point
from tests.monitoring.sample import AT, MONTH, firm, named, small_frame
from tests.samples import ACCOUNTS

pytestmark = pytest.mark.django_db
Accounts = dict[str, User]


def drawn(by: User | None = None, *, from_month: int = 202607, target: int = 12) -> Panel:
    return draw_panel(
        frame=small_frame(), seed=5, target=target, from_month=from_month, by=by, at=AT
    )


def test_only_the_city_draws(accounts: Accounts) -> None:
    for name in ACCOUNTS:
        if name == "city_official":
            continue
        with pytest.raises(Forbidden):
            drawn(accounts[name])
    panel = drawn(accounts["city_official"])
    event = AuditEvent.objects.get(action="panel_drawn")
    assert (event.subject_id, event.detail) == (
        panel.number,
        {"rows": panel.target, "month": 202607, "release": 7},
    )


def test_a_panel_keeps_what_it_was_drawn_from(accounts: Accounts) -> None:
    panel, frame = drawn(), small_frame()
    strata = strata_of(panel)
    assert panel.frame_firms == sum(s.firms for s in strata) == 40
    assert panel.frame_insured == sum(f.insured for f in frame.firms)
    found = members(MONTH)
    assert len(found) == sum(s.allocated for s in strata)
    assert all(m.weight is not None and m.weight >= 1 for m in found)
    # Each stratum's members stand for all of it.
    assert sum(m.weight for m in found if m.weight) == sum(s.firms for s in strata if s.allocated)
    assert members(202606) == []


def test_a_second_panel_ends_the_first_and_changes_nothing_of_it(accounts: Accounts) -> None:
    drawn()
    before = list(PanelEntry.objects.values())
    with pytest.raises(InvalidPanel):
        drawn(from_month=202607)
    assert list(PanelEntry.objects.values()) == before
    second = drawn(from_month=202701, target=14)
    assert list(PanelEntry.objects.filter(pk__in=[e["id"] for e in before]).values()) == before
    assert {e.reason for e in PanelExit.objects.all()} == {LeaveReason.ROTATED}
    assert current_panel() == second
    assert {m.from_month for m in members(202612)} == {202607}
    assert {m.from_month for m in members(202701)} == {202701}
    assert MonitoringPoint.objects.count() == len(ever_in_panel())


def test_who_leaves_is_replaced_by_the_next_of_the_stratum(accounts: Accounts) -> None:
    drawn()
    entry = PanelEntry.objects.filter(point__place__startswith="360902", role="drawn").first()
    assert entry is not None
    by = accounts["county_official"]
    made = replace_point(
        point=entry.point,
        frame=small_frame(),
        reason=LeaveReason.CLOSED,
        to_month=202608,
        by=by,
        at=AT,
    )
    assert (made.role, made.from_month, made.replaces) == (EntryRole.REPLACEMENT, 202609, entry)
    assert made.stratum == entry.stratum
    assert made.point.pk not in {m.point for m in members(202608)}
    assert made.point.pk in {m.point for m in members(202609)}
    assert entry.point_id in {m.point for m in members(202608)}
    (only,) = history_of(entry.point)
    assert (only.exit.reason, only.exit.by) == ("closed", by)
    with pytest.raises(NotInPanel):
        leave(point=entry.point, reason=LeaveReason.CLOSED, to_month=202609, by=by, at=AT)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"monitoring_point_left", "monitoring_point_replaced"} <= actions


def test_a_stratum_without_another_firm_says_so_and_nothing_changes(accounts: Accounts) -> None:
    frame = Frame(month=MONTH, release=1, firms=(firm(1), firm(2)))
    draw_panel(frame=frame, seed=1, target=2, from_month=202607, by=None, at=AT)
    point = MonitoringPoint.objects.all()[0]
    with pytest.raises(NoReplacement):
        replace_point(point=point, frame=frame, reason=LeaveReason.MOVED, to_month=202608, by=None,
                      at=AT)  # fmt: skip
    assert not PanelExit.objects.exists()


@pytest.mark.parametrize("reason", [LeaveReason.REFUSED, LeaveReason.OTHER])
def test_some_reasons_need_words(reason: LeaveReason) -> None:
    point = named()
    with pytest.raises(InvalidText):
        leave(point=point, reason=reason, to_month=202608, by=None, at=AT)
    leave(point=point, reason=reason, to_month=202608, note="多次上门均拒绝", by=None, at=AT)


def test_points_of_another_county_do_not_exist(accounts: Accounts) -> None:
    point = named()
    other = accounts["other_county_official"]
    assert list(points_for(other)) == []
    with pytest.raises(UnknownMonitoringPoint):
        point_for(other, point.number)
    with pytest.raises(Forbidden):
        leave(point=point, reason=LeaveReason.CLOSED, to_month=202608, by=other, at=AT)
    assert [p.number for p in points_for(accounts["county_official"])] == [point.number]
    assert [p.number for p in points_for(accounts["auditor"])] == [point.number]
    for name in ("village_worker", "data_steward", "administrator"):
        assert list(points_for(accounts[name])) == []


def test_lists_tell_who_is_in_and_who_is_out(accounts: Accounts) -> None:
    by, inside, outside = accounts["county_official"], named(1), named(2)
    leave(point=outside, reason=LeaveReason.CLOSED, to_month=202608, by=None, at=AT)
    assert list(points_for(by)) == [inside]
    assert list(points_for(by, state="out")) == [outside]
    assert list(points_for(by, state="all")) == [inside, outside]
    assert list(points_for(by, words="第1电子")) == [inside]
    assert list(points_for(by, words=inside.uscc.lower())) == [inside]
    assert list(points_for(by, kind="park")) == []
    assert list(points_for(by, place="360981")) == []


def test_markets_parks_and_villages_are_named(accounts: Accounts) -> None:
    by = accounts["county_official"]
    village = named_point(kind="village", name="", place="360902001001")
    for fields in (
        named_point(kind="market", name="袁州零工市场", place="袁州区", phone="0795-3200000"),
        named_point(kind="park", name="袁州医药工业园", place="360902"),
        village,
    ):
        assert add_point(fields=fields, from_month=202609, by=by, at=AT).entries.count() == 1
    with pytest.raises(InvalidMonitoringPoint):
        add_point(fields=village, from_month=202609, by=by, at=AT)
    assert {m.kind for m in members(202609)} == {
        PointKind.MARKET,
        PointKind.PARK,
        PointKind.VILLAGE,
    }
    assert all(m.weight is None for m in members(202609))


@pytest.mark.parametrize(
    ("kind", "place", "phone", "field"),
    [
        ("village", "袁州区", "", "place"),
        ("market", "360902001001", "", "place"),
        ("market", "没有的地方", "", "place"),
        ("firm", "袁州区", "", "kind"),
        ("park", "袁州区", "13800001111", "phone"),
    ],
)
def test_a_point_lies_where_its_kind_can(kind: str, place: str, phone: str, field: str) -> None:
    with pytest.raises(InvalidMonitoringPoint) as error:
        named_point(kind=kind, name="某点", place=place, phone=phone)
    assert error.value.field == field


def test_a_firm_is_named_by_its_code() -> None:
    chosen = small_frame().firms[3]
    assert firm_point(uscc=f" {chosen.uscc} ", frame=small_frame()).employer == chosen.employer
    with pytest.raises(InvalidMonitoringPoint):
        firm_point(uscc="913600000000000000", frame=small_frame())


def changed(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET at = at")


def test_history_refuses_to_be_changed() -> None:
    point = named()
    leave(point=point, reason=LeaveReason.CLOSED, to_month=202608, by=None, at=AT)
    for model in (PanelEntry, PanelExit):
        row = model.objects.get()
        with pytest.raises(AppendOnly):
            row.save()
        with pytest.raises(DatabaseError):
            changed(model._meta.db_table)
    with pytest.raises(AppendOnly):
        point.delete()
    with pytest.raises(AppendOnly):
        MonitoringPoint.objects.all().delete()
