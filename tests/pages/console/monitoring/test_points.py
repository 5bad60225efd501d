"""Points, links, the panel and the settings on the staff pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leye.kernel.months import month_add
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.models import MonitoringPoint, Panel
from leye.service.monitoring.points.operations import draw_panel
from leye.service.monitoring.reports.due import last_month
from leye.service.monitoring.reports.models import BaseChange
from leye.service.monitoring.settings.models import SettingValue
from tests.monitoring.sample import small_frame

ClientFor = Callable[[str], Client]
NEWEST = last_month(timezone.localdate())


def test_a_link_is_shown_once(client_for: ClientFor, point: MonitoringPoint) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:point_link", args=[point.number])
    assert "只显示这一次" in client.get(url).text
    page = client.post(url).text
    assert "/report/l/" in page
    after = client.get(reverse("monitoring:point", args=[point.number])).text
    assert "/report/l/" not in after
    assert "收回链接" in after
    client.post(reverse("monitoring:point_revoke", args=[point.number]))
    assert PointLink.objects.get().revoked_at is not None


def test_the_late_are_listed_and_reminded(client_for: ClientFor, point: MonitoringPoint) -> None:
    client = client_for("county_official")
    page = client.get(reverse("monitoring:late")).text
    assert point.name in page
    url = reverse("monitoring:point_remind", args=[point.number])
    assert client.post(url, {"month": NEWEST, "way": "phone"}).status_code == 302
    assert "已催 1 次" in client.get(reverse("monitoring:late")).text
    for given in ({"month": "x", "way": "phone"}, {"month": NEWEST, "way": "x"}, {}):
        assert client.post(url, given).status_code == 400


def test_points_are_registered_and_leave(client_for: ClientFor) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:point_new")
    given = {"kind": "market", "name": "袁州零工市场", "place": "袁州区", "from_month": NEWEST}
    made = client.post(url, given)
    assert made.status_code == 302
    assert client.post(url, given).status_code == 422
    for wrong, word in (
        ({**given, "place": "丰城市", "name": "丰城市场"}, "没有"),
        ({**given, "kind": "firm", "uscc": "91"}, "登记库还没有生成"),
        ({**given, "name": "", "kind": "park"}, "请填写名称"),
    ):
        response = client.post(url, wrong)
        assert response.status_code == 422
        assert word in response.text
    number = MonitoringPoint.objects.get().number
    leave = reverse("monitoring:point_leave", args=[number])
    refused = client.post(leave, {"reason": "other", "to_month": NEWEST})
    assert refused.status_code == 422
    assert client.post(leave, {"reason": "closed", "to_month": NEWEST}).status_code == 302
    assert client.post(leave, {"reason": "closed", "to_month": NEWEST}).status_code == 422


def test_the_base_is_set_anew(client_for: ClientFor, point: MonitoringPoint) -> None:
    client, url = (
        client_for("county_official"),
        reverse("monitoring:point_base", args=[point.number]),
    )
    assert (
        client.post(url, {"base": "x", "from_month": NEWEST, "reason": "分立"}).status_code == 422
    )
    done = client.post(url, {"base": "80", "from_month": NEWEST, "reason": "分立出一家公司"})
    assert done.status_code == 302
    assert BaseChange.objects.get().base == 80
    assert "80 人" in client.get(done.headers["Location"]).text


def test_the_panel_is_previewed_before_it_is_drawn(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def frame(*_: Any, **__: Any) -> Frame:
        return small_frame()

    monkeypatch.setattr("leye.doors.console.views.monitoring_panel.frame_of", frame)
    client, url = client_for("city_official"), reverse("monitoring:draw")
    given = {"target": "12", "least": "1", "certain_from": "1000", "seed": "7",
             "from_month": month_add(NEWEST, 1)}  # fmt: skip
    preview = client.post(url, {**given, "do": "preview"})
    assert "还没有抽取" in preview.text
    assert not Panel.objects.exists()
    assert client.post(url, {**given, "target": "0"}).status_code == 422
    assert client.post(url, {**given, "do": "draw"}).status_code == 302
    page = client.get(reverse("monitoring:panel")).text
    assert f"P{Panel.objects.get().pk:04d}" in page
    assert "分行业" in page


def test_a_drawn_firm_is_replaced(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    def frame(*_: Any, **__: Any) -> Frame:
        return small_frame()

    monkeypatch.setattr("leye.doors.console.views.monitoring_points.frame_of", frame)
    draw_panel(frame=small_frame(), seed=5, target=12, from_month=NEWEST, by=None,
               at=timezone.now())  # fmt: skip
    drawn = MonitoringPoint.objects.filter(entries__role="drawn", place__startswith="360902")[0]
    url = reverse("monitoring:point_leave", args=[drawn.number])
    done = client_for("county_official").post(
        url, {"reason": "moved", "to_month": NEWEST, "replace": "yes"}
    )
    assert done.status_code == 302
    assert (
        "已由这家企业替换进入样本"
        in client_for("county_official").get(done.headers["Location"]).text
    )


def test_settings_show_their_basis_and_are_set_by_the_city(client_for: ClientFor) -> None:
    url = reverse("monitoring:settings")
    page = client_for("county_official").get(url).text
    assert "《劳动合同法》第四十一条" in page
    assert "<h2>另行设定</h2>" not in page
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    given = {"name": "report_due_day", "value": "8", "valid_from": tomorrow, "basis": "会议纪要"}
    assert client_for("county_official").post(url, given).status_code == 403
    client = client_for("city_official")
    assert client.post(url, {**given, "value": "40"}).status_code == 422
    assert client.post(url, {**given, "basis": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert SettingValue.objects.get().value == 8
    assert "会议纪要" in client.get(url).text


def test_old_moments_are_no_trouble(client_for: ClientFor, point: MonitoringPoint) -> None:
    """A month nobody can look at shows the newest."""
    client = client_for("county_official")
    for month in ("190001", "x", "999999", ""):
        for name in ("home", "late", "reports"):
            answer = client.get(reverse(f"monitoring:{name}"), {"month": month})
            assert answer.status_code == 200
    far = reverse("monitoring:fill", args=[point.number, 201001])
    assert client.get(far).status_code == 400
