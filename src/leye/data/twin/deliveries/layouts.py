"""In which form each department sends its files, as ``layouts.yaml`` says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

_FILE = Path(__file__).parent / "layouts.yaml"


class Form(StrEnum):
    """The kinds of file that departments send."""

    CSV = "csv"
    CSV_GB18030 = "csv_gb18030"
    XLSX = "xlsx"
    XLSX_TWO_SHEETS = "xlsx_two_sheets"
    PARQUET = "parquet"

    @property
    def suffix(self) -> str:
        """The ending of the file's name."""
        return {"csv_gb18030": "csv", "xlsx_two_sheets": "xlsx"}.get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Layout:
    """One department's habits with one source.

    ``by_code``: headers are the ministry's codes where the contract has them. ``early``:
    how many days before the day it is due the file usually comes. ``ends``: the columns that tell
    the end of a spell, where it may never be reported.
    """

    source: str
    form: Form
    by_code: bool
    early: int
    ends: tuple[str, ...] = ()


@cache
def layouts() -> Mapping[str, Layout]:
    """Give the layout of every source, by its name, in the order of the list of sources."""
    given = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            source: Layout(
                source=source,
                form=Form(each["form"]),
                by_code=each["header"] == "code",
                early=int(each["early"]),
                ends=tuple(each.get("ends", ())),
            )
            for source, each in given.items()
        }
    )
