"""The demonstration city's monitoring network, and delivering a month from the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leye.data.registers.queries.firm_reports import FirmReport
from leye.doors.cli import main
from leye.doors.cli.demo_monitoring import seed_monitoring
from leye.kernel.place import Scope
from leye.service.identity.models import AuditEvent
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.errors import NoFrame
from leye.service.monitoring.points.enums import EntryRole, PointKind
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.queries import members
from leye.service.monitoring.reports.checks import read_form
from leye.service.monitoring.reports.definitions import form_named
from leye.service.monitoring.reports.models import FeedRun, ReportVersion
from leye.service.monitoring.reports.queries import filed, rounds
from tests.monitoring.sample import USUAL, context, small_frame

AT = datetime(2026, 9, 20, 2, tzinfo=UTC)
MONTHS = (202606, 202607, 202608)
QUERIES = "leye.data.registers.queries.firm_reports"


def told(employer: int, **changes: Any) -> FirmReport:
    given: dict[str, Any] = {
        "employer": employer, "base": 60, "current": 50, "reduction": "06",
        "reasons": ("11", "12", ""), "note": "淡季", "hidden": 0, "planned": 3, "gap": 4,
        "dispatch": 2, **changes,
    }  # fmt: skip
    return FirmReport(**given)


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, pool: Any) -> None:
    """A register of forty firms, ten of which report; one is in no register."""
    reports = tuple(told(firm.employer) for firm in small_frame().firms[:10])

    def reports_of(_snapshot: object, _month: int) -> tuple[FirmReport, ...]:
        return (*reports, told(999_999))

    def months(_snapshot: object) -> tuple[int, ...]:
        return MONTHS

    def frame(*_: Any, **__: Any) -> Frame:
        return small_frame()

    monkeypatch.setattr(f"{QUERIES}.firm_reports", reports_of)
    monkeypatch.setattr(f"{QUERIES}.report_months", months)
    monkeypatch.setattr("leye.service.monitoring.points.frame.frame_of", frame)


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_the_city_has_a_panel_of_old_and_a_larger_one() -> None:
    made = seed_monitoring(at=AT)
    assert made > 30
    assert seed_monitoring(at=AT) == 0
    old, new = members(202607, kind=PointKind.FIRM), members(202608, kind=PointKind.FIRM)
    assert len(new) > len(old)
    assert sum(m.role is EntryRole.KEPT for m in old) == 10
    assert len(filed(202607)) == 10
    found = rounds(202608, scope=Scope.of(["360900"]), on=AT.date(), settings=USUAL)
    assert sum(each.late for each in found) > 0
    assert sum(each.returned for each in found) > 0
    assert AuditEvent.objects.filter(actor=None, action="report_closed").count() == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_what_is_seeded_would_pass_its_form() -> None:
    seed_monitoring(at=AT)
    for version in ReportVersion.objects.select_related("report"):
        form = form_named(version.report.form)
        given = {n: "" if v is None else str(v) for n, v in version.values.items()}
        assert not [f for f in read_form(form, given, context()).findings if f.hard]


@pytest.mark.django_db
def test_without_registers_nothing_is_seeded(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any, **__: Any) -> Frame:
        raise NoFrame("登记库还没有生成")

    monkeypatch.setattr("leye.service.monitoring.points.frame.frame_of", none)
    assert seed_monitoring(at=AT) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_a_month_is_delivered_from_the_command_line(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    vault().prepare()
    assert main(["monitoring", "deliver", "202607"]) == 2
    assert "没有可以交付的报表" in capsys.readouterr().err
    seed_monitoring(at=AT)
    assert main(["monitoring", "deliver", "202607"]) == 0
    assert "firm_reports 202607" in capsys.readouterr().out
    assert (FeedRun.objects.get().rows, FeedRun.objects.get().by) == (10, None)
    with pytest.raises(SystemExit):
        main(["monitoring", "deliver", "2026"])
