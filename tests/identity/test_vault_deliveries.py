"""The vault behind real deliveries: who is who stays the same, before and after a rotation."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from leye.data.pool import Pool, SourceSubmission, Verdict
from leye.data.registers.queries import tokens_of
from leye.service.identity.models import User
from leye.service.identity.persons import Purpose, open_person
from leye.service.identity.vault.rotation import rotate_keys, sealed_files
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import new_vault, number_of
from tests.samples import AT, submitter

MONTH = 202607
PEOPLE = range(8)


def name_of(serial: int) -> str:
    return "欧阳" + "甲乙丙丁戊己庚辛"[serial]


def citizens() -> bytes:
    return sheet(
        [
            {
                "公民身份号码": number,
                "姓名": name_of(serial),
                "联系电话": f"1390000{serial:04}",
                "性别": "1" if int(number[16]) % 2 else "2",
                "出生日期": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
                "户号": "H1",
                "与户主关系": "01",
                "居住地": "360902001001",
                "户籍地": "360902",
                "户口性质": "10",
                "文化程度": "20",
                "人口状态": "1",
            }
            for serial in PEOPLE
            for number in [number_of(serial)]
        ]
    )


def pensions(numbers: dict[str, str]) -> bytes:
    return sheet(
        [
            {
                "公民身份号码": number,
                "姓名": name,
                "待遇类别": "1",
                "发放金额": "2000.00",
                "发放月": str(MONTH),
                "发放地": "360902",
            }
            for number, name in numbers.items()
        ]
    )


def sheet(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def receive(pool: Pool, vault: Vault, source: str, content: bytes, *, at: datetime = AT) -> str:
    submission = SourceSubmission(source, MONTH, "部门.csv", content, submitter("360900"), at)
    receipt = pool.receive(submission, pseudonymiser=vault)
    assert receipt.delivery.verdict is Verdict.ACCEPTED, receipt.issues
    return receipt.delivery.id


def persons(pool: Pool, source: str, delivery: str) -> list[int | None]:
    rows = pool.snapshot().months(f"s_{source}", None).to_pyarrow().to_pylist()
    return [
        row["person"]
        for row in sorted(rows, key=lambda row: row["row"])
        if row["delivery"] == delivery
    ]


@pytest.fixture
def vault(tmp_path: Path, db: None) -> Vault:
    made = new_vault(tmp_path)
    made.prepare()
    return made


@pytest.fixture
def city(tmp_path: Path, vault: Vault) -> Pool:
    pool = Pool(tmp_path / "pool")
    receive(pool, vault, "population", citizens())
    return pool


def test_after_a_rotation_deliveries_meet_the_same_persons(city: Pool, vault: Vault) -> None:
    before = persons(city, "population", "D000001")
    assert sorted(before) == list(range(1, len(PEOPLE) + 1))
    rotate_keys(vault=vault, ledger=city.ledger, by=None, at=AT)
    everybody = {number_of(serial): name_of(serial) for serial in PEOPLE}
    newcomer = {number_of(500): "司徒新"}
    delivery = receive(city, vault, "pensions", pensions({**everybody, **newcomer}))
    assert persons(city, "pensions", delivery) == [*before, len(PEOPLE) + 1]


def test_originals_are_sealed_and_open_before_and_after(
    city: Pool, vault: Vault, tmp_path: Path
) -> None:
    (original,) = sealed_files(city.root)
    for _ in range(2):
        vault.open_sealed(original, tmp_path / "opened")
        assert (tmp_path / "opened").read_bytes() == citizens()
        rotate_keys(vault=vault, ledger=city.ledger, by=None, at=AT)
    receive(city, vault, "pensions", pensions({number_of(1): name_of(1)}))
    assert len(list(sealed_files(city.root))) == 2


def test_a_file_sent_again_after_a_rotation_is_the_same_file(city: Pool, vault: Vault) -> None:
    rotate_keys(vault=vault, ledger=city.ledger, by=None, at=AT)
    submission = SourceSubmission(
        "population", MONTH, "部门.csv", citizens(), submitter("360900"), AT
    )
    receipt = city.receive(submission, pseudonymiser=vault)
    assert receipt.repeated
    assert receipt.delivery.id == "D000001"


def test_a_person_of_the_registers_is_opened_before_and_after(
    city: Pool, vault: Vault, account: Callable[..., User]
) -> None:
    official = account("county_official", "360902")
    for _ in range(2):
        snapshot = city.snapshot()
        for serial, person in enumerate(persons(city, "population", "D000001")):
            assert person is not None
            opened = open_person(
                person,
                purpose=Purpose.CONTACT,
                reason="通知参加招聘会",
                by=official,
                at=AT,
                vault=vault,
                tokens_of=lambda key, snapshot=snapshot: tokens_of(snapshot, key),
                full_number=True,
            )
            assert (opened.name, opened.number) == (name_of(serial), number_of(serial))
        rotate_keys(vault=vault, ledger=city.ledger, by=None, at=AT)


def test_the_pool_keeps_no_number_name_or_phone(city: Pool, vault: Vault) -> None:
    """Of whatever kind the column: every text and every byte string of every table."""
    personal = [number_of(n) for n in PEOPLE] + [name_of(n) for n in PEOPLE] + ["1390000"]
    tables = sorted(city.root.rglob("*.parquet"))
    assert len(tables) > 3
    for path in tables:
        kept = repr(parquet.ParquetFile(path).read().to_pylist())
        assert not [each for each in personal if each in kept], path.parent.name
    for path in city.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [each for each in personal if each.encode() in content], path.name
