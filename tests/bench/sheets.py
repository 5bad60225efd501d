"""A large delivery of figures, made up for the clock and for nothing else."""

import csv
from itertools import islice, product
from pathlib import Path

from leye.analysis.metrics import catalogue
from leye.data.reference import places
from leye.kernel.period import Period
from leye.kernel.place import PlaceLevel

INDICATOR = "城镇新增就业"
HEADERS = (
    *("指标", "地区", "时期", "数值", "单位", "数据性质", "来源", "来源网址", "可信度", "备注"),
    "公开范围",
)
CITY = "360900"


def write_sheet(path: Path, *, rows: int) -> None:
    """Write a sheet of monthly figures of every village, each cell of the key once."""
    villages = [place.code for place in places().at_level(PlaceLevel.VILLAGE, within=CITY)]
    months = [str(month) for month in Period.parse("2019-01..2025-12")]
    if len(villages) * len(months) < rows:
        raise ValueError(f"{rows} rows are more than {len(villages)} villages x {len(months)}")
    unit = catalogue().find(INDICATOR).unit
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEADERS)
        for number, (month, village) in enumerate(islice(product(months, villages), rows)):
            value = f"{number % 997}.{number % 10}"
            cells = (village, month, value, unit, "月度数", "月报", "", "A", "", "内部")
            sheet.writerow((INDICATOR, *cells))
