"""Layoffs and emergencies on the staff pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leye.service.identity.models import AuditEvent
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.notices.models import Notice, NoticeDocument

ClientFor = Callable[[str], Client]


def test_an_item_is_taken_and_closed(client_for: ClientFor, notice: Notice) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:notice_desk", args=[notice.number])
    assert client.post(url, {"do": "finish", "outcome": "已核实"}).status_code == 422
    assert client.post(url, {"do": "take"}).status_code == 302
    assert client.post(url, {"do": "take", "outcome": "x"}).status_code == 422
    assert client.post(url, {"do": "finish", "outcome": ""}).status_code == 422
    assert client.post(url, {"do": "finish", "outcome": "已上门核实"}).status_code == 302
    assert "已上门核实" in client.get(reverse("monitoring:notice", args=[notice.number])).text


def test_a_village_reports_within_its_town(client_for: ClientFor) -> None:
    client = client_for("village_worker")
    url = reverse("monitoring:notice_new", args=["emergency"])
    assert "《劳动合同法》" not in client.get(url).text
    given = {"place": "360902001", "firm": "某鞋厂", "persons": "60", "reason": "returned",
             "day": timezone.localdate().isoformat(), "text": "厂里放假，集中返乡"}  # fmt: skip
    done = client.post(url, given)
    assert done.status_code == 302
    page = client.get(done.headers["Location"]).text
    assert "Ⅲ级（黄）" in page
    assert client.post(url, {**given, "place": "360981"}).status_code == 422
    assert client.post(url, {**given, "text": "电话13800001111"}).status_code == 422
    assert client.post(url, {**given, "day": "2199-01-01"}).status_code == 422


def test_duties_are_told_and_what_is_missing(client_for: ClientFor, notice: Notice) -> None:
    client = client_for("county_official")
    page = client.get(reverse("monitoring:notice_new", args=["layoff"])).text
    assert "提前30日" in page
    assert "第四十一条" in page
    shown = client.get(reverse("monitoring:notice", args=[notice.number])).text
    assert "还没有上传裁减人员方案" in shown
    url = reverse("monitoring:correct", args=[notice.number])
    given = {"firm": notice.firm, "persons": "80", "staff": "200", "reason": "trouble",
             "day": notice.day.isoformat(), "text": "人数更正"}  # fmt: skip
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 422
    assert "已更正" in client.get(reverse("monitoring:notices")).text


def test_documents_are_added_and_opened_by_those_who_look_after_the_place(
    client_for: ClientFor, notice: Notice, tmp_path: Path, settings: Any
) -> None:
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    vault().prepare()
    client, url = client_for("county_official"), reverse("monitoring:notice", args=[notice.number])
    for name, content, status in (
        ("plan.pdf", b"%PDF-1.4 plan", 302),
        ("plan.exe", b"MZ", 422),
        ("again.pdf", b"%PDF-1.4 plan", 422),
    ):
        file = SimpleUploadedFile(name, content)
        assert client.post(url, {"kind": "plan", "file": file}).status_code == status
    assert client.post(url, {"kind": "plan"}).status_code == 422
    made = NoticeDocument.objects.get()
    opened = reverse("monitoring:document", args=[notice.number, made.pk])
    assert client_for("auditor").post(opened).status_code == 403
    assert client_for("other_county_official").post(opened).status_code == 404
    answer = client.post(opened)
    assert answer.content == b"%PDF-1.4 plan"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.post(reverse("monitoring:document", args=[notice.number, 999])).status_code == 404
    assert AuditEvent.objects.filter(action="notice_document_opened").count() == 1
    assert "提前说明、听取意见、报告方案都有了" in client.get(url).text
