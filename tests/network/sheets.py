"""Sheets of points and coordinates for tests."""

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

POINTS_HEADER = "编号,名称,类型,地区代码,经度,纬度,坐标来源,误差（米）,开放时间,办公电话"
PLACES_HEADER = "地区代码,经度,纬度,坐标来源,误差（米）"


def points_csv(folder: Path, *rows: str, encoding: str = "utf-8-sig") -> Path:
    path = folder / "points.csv"
    path.write_text("\n".join([POINTS_HEADER, *rows]) + "\n", encoding=encoding)
    return path


def places_csv(folder: Path, *rows: str) -> Path:
    path = folder / "places.csv"
    path.write_text("\n".join([PLACES_HEADER, *rows]) + "\n", encoding="utf-8-sig")
    return path


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
