"""Small departmental deliveries of made-up people, and a vault that only tests use."""

import csv
import hashlib
import io
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
from stdnum.cn import ric, uscc

from leye.data.pool import Pool, Receipt, SourceSubmission, Submitter, source_contracts
from leye.data.pool.identifiers import settle_identity
from leye.kernel.place import Scope

Row = dict[str, str]
MONTH = 202401
AT = datetime(2024, 2, 6, 9, tzinfo=UTC)


def number(at: int) -> str:
    """Give the valid identity number of the person of an index."""
    day = date(1960 + at % 40, at // 40 % 12 + 1, at // 480 % 28 + 1)
    first = f"360902{day:%Y%m%d}{at % 1000:03}"
    return first + ric.calc_check_digit(first + "0")


def name(at: int) -> str:
    """Give the name of a person: one that occurs nowhere else."""
    family, given = "欧阳上官皇甫令狐诸葛司徒", "甲乙丙丁戊己庚辛壬癸子丑寅卯"
    return family[at % 6 * 2 :][:2] + given[at % 14] + given[at // 14 % 14]


def phone(at: int) -> str:
    """Give the phone number of a person."""
    return f"139{at * 7919 % 10**8:08}"


def credit_code(at: int) -> str:
    """Give the valid credit code of the firm of an index."""
    first = f"91360902MA{at:06}5"
    return first + uscc.calc_check_digit(first + "0")


def contribution(at: int, **changes: str) -> Row:
    """Give the row of a person's pension contribution."""
    return {
        "公民身份号码": number(at),
        "姓名": name(at),
        "单位统一社会信用代码": credit_code(at % 7),
        "缴费人员类别": "1",
        "险种类型": "110",
        "缴费基数": f"{4000 + at}.50",
        "费款所属期": str(MONTH),
        "参保地": "360902",
        **changes,
    }


def contributions(count: int, **changes: str) -> list[Row]:
    """Give the rows of the first ``count`` persons."""
    return [contribution(at, **changes) for at in range(count)]


def registration(at: int, **changes: str) -> Row:
    """Give the row of a person's employment registration."""
    return {
        "登记编号": f"DJ{at:06}",
        "公民身份号码": number(at),
        "姓名": name(at),
        "联系电话": phone(at),
        "就业形式": "1",
        "单位统一社会信用代码": credit_code(at % 7),
        "职业工种": "",
        "就业日期": "2023-05-08",
        "终止日期": "",
        "登记地": "360902001001",
        **changes,
    }


def citizen(at: int, **changes: str) -> Row:
    """Give the row of a person in the population register."""
    held = number(at)
    return {
        "公民身份号码": held,
        "姓名": name(at),
        "联系电话": phone(at),
        "性别": "1" if int(held[16]) % 2 else "2",
        "出生日期": f"{held[6:10]}-{held[10:12]}-{held[12:14]}",
        "户号": f"H{at // 3:05}",
        "与户主关系": "01",
        "居住地": "360902001001",
        "户籍地": "360902",
        "户口性质": "10",
        "文化程度": "20",
        "人口状态": "1",
        **changes,
    }


def text_of(rows: Sequence[Mapping[str, str]]) -> str:
    """Give rows as the text of a CSV file."""
    held = io.StringIO()
    writer = csv.DictWriter(held, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


def csv_of(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """Give rows as a CSV file."""
    return text_of(rows).encode(encoding)


def xlsx_of(*sheets: Sequence[Mapping[str, str]]) -> bytes:
    """Give a workbook of a sheet for each list of rows, each with its own header."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for at, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{at + 1}")
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append([each or None for each in row.values()])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def submitter(place: str = "360900") -> Submitter:
    """Give one who hands in for a place."""
    return Submitter("clerk", place, Scope.of([place]), may_publish=False)


def receive(
    pool: Pool,
    content: bytes | Path,
    *,
    vault: "TestVault",
    source: str = "contributions",
    month: int = MONTH,
    at: datetime = AT,
    by: Submitter | None = None,
) -> Receipt:
    """Hand a file in."""
    by = by or submitter()
    submission = SourceSubmission(source, month, "部门文件.csv", content, by, at)
    return pool.receive(submission, pseudonymiser=vault)


def stored(pool: Pool, source: str = "contributions") -> list[dict[str, object]]:
    """Give every row a source's table holds, in the order of delivery and row."""
    table = source_contracts()[source].table
    if table not in pool.snapshot().manifest.tables:
        return []
    rows = pool.snapshot().months(table, None)
    return rows.order_by(["delivery", "row"]).to_pyarrow().to_pylist()


def whole(pool: Pool, table: str) -> list[dict[str, object]]:
    """Give every row of a table that nothing cuts."""
    if table not in pool.snapshot().manifest.tables:
        return []
    return pool.snapshot().whole(table).to_pyarrow().to_pylist()


class TestVault:
    """Makes tokens with a key of its own, and keeps what it is given in memory."""

    __test__ = False

    def __init__(self, version: int = 1) -> None:
        self.key_version = version
        self.kept: dict[bytes, dict[str, str | None]] = {}

    def tokens(self, numbers: pa.Array) -> pa.Array:
        made = [None if each is None else self.token(each) for each in numbers.to_pylist()]
        return pa.array(made, pa.binary(16))

    def token(self, given: str) -> bytes:
        key = f"key {self.key_version}".encode()
        return hashlib.blake2b(given.upper().encode(), digest_size=16, key=key).digest()

    def feature_tokens(self, kind: str, values: pa.Array) -> pa.Array:
        made = [self.feature(kind, each) for each in values.to_pylist()]
        return pa.array(made, pa.int64())

    def feature(self, kind: str, value: str | None) -> int | None:
        if not value:
            return None
        digest = hashlib.blake2b(value.encode(), digest_size=8, key=kind.encode()).digest()
        return int.from_bytes(digest, "big", signed=True)

    def neighbours(self, number: str) -> tuple[bytes, ...]:
        near = {number[:at] + one + number[at + 1 :] for at in range(17) for one in "0123456789"}
        sound = (each for each in sorted(near - {number}) if settle_identity(each).number == each)
        return tuple(map(self.token, sound))

    def keep(self, known: pa.Table, *, at: datetime, authoritative: bool = False) -> int:
        for row in known.to_pylist():
            if authoritative or row["token"] not in self.kept:
                self.kept[row["token"]] = row
        return known.num_rows

    def seal(self, source: Path, target: Path) -> None:
        target.write_bytes(bytes(each ^ 0x5A for each in zlib.compress(source.read_bytes())))

    def open_sealed(self, source: Path, target: Path) -> None:
        target.write_bytes(zlib.decompress(bytes(each ^ 0x5A for each in source.read_bytes())))
