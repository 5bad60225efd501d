"""``leye report monthly``: a Word document of a month, from the command line."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docx import Document

from leye.doors.cli import main
from leye.doors.web import situation as reading
from tests.atlas.made_city import MadeCity

if TYPE_CHECKING:
    from leye.data.pool import Pool

MADE = MadeCity()


@pytest.fixture
def city(pool: "Pool", monkeypatch: pytest.MonkeyPatch) -> MadeCity:
    """The made-up city in place of a serving copy, beside a seeded pool."""
    monkeypatch.setattr(reading, "served_copy", lambda: MADE)
    return MADE


def texts(file: Path) -> list[str]:
    return [each.text for each in Document(io.BytesIO(file.read_bytes())).paragraphs]


def test_a_month_is_written_once(
    city: MadeCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.docx"
    asked = ["report", "monthly", "--month", "202610", "--out", str(out)]
    assert main(asked) == 0
    assert capsys.readouterr().out == f"已写出 {out}（宜春市，202610，数据版本第 7 版）\n"
    assert texts(out)[0] == "宜春市2026年10月就业形势分析"
    written = out.read_bytes()
    assert main(asked) == 2
    assert "文件已存在" in capsys.readouterr().err
    assert out.read_bytes() == written


def test_the_public_version_of_a_county(city: MadeCity, tmp_path: Path) -> None:
    out = tmp_path / "county.docx"
    asked = ["report", "monthly", "--place", "360921", "--public", "--out", str(out)]
    assert main(asked) == 0
    found = texts(out)
    assert found[0] == "奉新县2026年11月就业形势分析"
    assert any("公开版" in each for each in found[:4])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--month", "202701"], "有数据的月份"),
        (["--place", "999999"], "区划"),
    ],
)
def test_what_there_is_not_is_refused_and_nothing_written(
    city: MadeCity,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    said: str,
) -> None:
    out = tmp_path / "none.docx"
    assert main(["report", "monthly", "--out", str(out), *more]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_without_any_month_there_is_no_report(
    pool: "Pool",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(reading, "served_copy", lambda: None)
    assert main(["report", "monthly", "--out", str(tmp_path / "none.docx")]) == 2
    assert "leye registers build" in capsys.readouterr().err


def test_a_folder_there_is_not_is_named(
    city: MadeCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "monthly", "--out", str(tmp_path / "no" / "where.docx")]) == 2
    assert "where.docx" in capsys.readouterr().err
