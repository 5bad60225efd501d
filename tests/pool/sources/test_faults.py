"""Whatever befalls a delivery, the pool keeps its last good state, and nothing personal leaks."""

import io
import logging
import random
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import leye
from leye.data.pool import Pool, StoreFailure, Verdict
from leye.kernel.place import Scope
from tests.pool.sources.feeds import (
    MONTH,
    TestVault,
    citizen,
    contribution,
    contributions,
    csv_of,
    name,
    number,
    phone,
    receive,
    registration,
    stored,
    whole,
    xlsx_of,
)

PROGRAM = Path(__file__).parent / "receiving.py"
STEPS = [
    "locked",
    "recovered",
    "read",
    "checked",
    "numbered",
    "landed",
    "kept",
    "set_aside",
    "person_keys_placed",
    "person_keys_written",
    "id_candidates_written",
    "s_contributions_placed",
    "s_contributions_written",
    "issues_written",
    "quality_written",
    "deliveries_written",
    "compacted",
    "synced",
    "manifest_written",
]
FIRST = csv_of(contributions(20))


def second_rows() -> list[dict[str, str]]:
    """Give rows so mixed that every table is written: new persons, a slip, one to set aside."""
    slip = number(4)[:9] + str((int(number(4)[9]) + 1) % 10) + number(4)[10:]
    late = [contribution(at) for at in range(20, 60)]
    return [
        *late,
        contribution(4, 公民身份号码=slip, 险种类型="210"),
        contribution(5, 险种类型="999"),
    ]


SECOND = csv_of(second_rows())
KEPT = 41
CITY = Scope.of(["360900"])


def state(pool: Pool) -> tuple[object, ...]:
    """Give everything a reader can see."""
    tables = ("person_keys", "id_candidates", "issues", "quality", "deliveries")
    return (
        pool.snapshot().release,
        stored(pool),
        *(sorted(map(repr, whole(pool, table))) for table in tables),
    )


@pytest.fixture(scope="module")
def one_delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("faults") / "pool"
    receive(Pool(root), FIRST, vault=TestVault())
    return root


@pytest.fixture
def root(one_delivery: Path, tmp_path: Path) -> Path:
    shutil.copytree(one_delivery, tmp_path / "pool")
    return tmp_path / "pool"


def start(root: Path, file: Path, step: str, month: int = MONTH) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(root), str(file), "contributions", str(month), step],
        env={"PYTHONPATH": str(Path(leye.__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def as_before_and_goes_on(root: Path, before: tuple[object, ...]) -> None:
    """Nothing of the failed delivery shows; it is taken afterwards, once."""
    pool, vault = Pool(root), TestVault()
    assert state(pool) == before
    again = receive(pool, SECOND, vault=vault)
    assert (again.delivery.id, again.repeated) == ("D000002", False)
    assert again.delivery.verdict is Verdict.ACCEPTED
    assert (again.delivery.rows_new, again.delivery.rows_set_aside) == (KEPT, 1)
    assert len(stored(pool)) == 20 + KEPT
    assert sorted(row["person"] for row in whole(pool, "person_keys")) == list(range(1, 61))
    assert len(whole(pool, "quality")) == 10
    assert receive(pool, SECOND, vault=vault).repeated
    assert not list((root / "work").iterdir())


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(root: Path, tmp_path: Path, step: str) -> None:
    before = state(Pool(root))
    file = tmp_path / "second.csv"
    file.write_bytes(SECOND)
    process = start(root, file, step)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert errors.split()[-1] == step
    as_before_and_goes_on(root, before)


def test_killed_after_the_commit_the_delivery_stands(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "second.csv"
    file.write_bytes(SECOND)
    process = start(root, file, "released")
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert len(stored(Pool(root))) == 20 + KEPT
    assert receive(Pool(root), SECOND, vault=TestVault()).repeated


@pytest.mark.parametrize(
    "step",
    ["read", "set_aside", "s_contributions_placed", "deliveries_written", "manifest_written"],
)
def test_a_full_disk_leaves_the_last_version(root: Path, step: str) -> None:
    before = state(Pool(root))

    def full(done: str) -> None:
        if done == step:
            raise OSError(28, "No space left on device")

    with pytest.raises((OSError, StoreFailure)):
        receive(Pool(root, checkpoint=full), SECOND, vault=TestVault())
    as_before_and_goes_on(root, before)


def test_a_vault_that_fails_leaves_the_last_version(root: Path) -> None:
    before = state(Pool(root))

    class Broken(TestVault):
        def keep(self, *_: object, **__: object) -> int:
            raise ConnectionError("the vault is away")

    with pytest.raises((ConnectionError, StoreFailure)):
        receive(Pool(root), SECOND, vault=Broken())
    as_before_and_goes_on(root, before)


def test_two_deliveries_at_once_are_both_taken(root: Path, tmp_path: Path) -> None:
    running = []
    for at in range(2):
        file = tmp_path / f"{at}.csv"
        file.write_bytes(csv_of(contributions(30, 险种类型=("210", "410")[at])))
        running.append(start(root, file, "-"))
    answers = [process.communicate(timeout=300)[0].split() for process in running]
    assert sorted(answer[0] for answer in answers) == ["D000002", "D000003"]
    assert all(answer[1:] == ["accepted", "False"] for answer in answers)
    pool = Pool(root)
    assert len(stored(pool)) == 80
    assert sorted(row["person"] for row in whole(pool, "person_keys")) == list(range(1, 31))


# --- files


def refused(pool: Pool, content: bytes | Path, code: str, source: str = "contributions") -> str:
    """Hand in a file that is refused as a whole, and give the reason."""
    receipt = receive(pool, content, vault=TestVault(), source=source)
    assert receipt.delivery.verdict is Verdict.REFUSED
    assert code in {issue.code for issue in receipt.issues}
    assert stored(pool, source) == []
    return receipt.delivery.reason


def test_ten_percent_bad_rows_refuse_the_whole(pool: Pool) -> None:
    rows = contributions(100)
    for at in range(10):
        rows[at * 7] |= {"缴费基数": "面议"}
    reason = refused(pool, csv_of(rows), "too_many_refused")
    assert "100 行中有 10 行有误（10.0%，最多 5%）" in reason
    issues = pool.snapshot().issues("D000001", scope=CITY)
    assert len([i for i in issues if i.code == "not_a_number"]) == 10
    assert whole(pool, "person_keys") == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable_file"),
        (b"   \n", "unreadable_file"),
        (b"PK\x03\x04 not a workbook at all", "unreadable_file"),
        (b"PK\x05\x06" + bytes(18), "unreadable_file"),
        (b"PAR1" + bytes(100) + b"PAR1", "unreadable_file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "unreadable_file"),
        (b"%PDF-1.7 ...", "unreadable_file"),
        (bytes(range(256)) * 20, "unreadable_file"),
        (FIRST.split(b"\n")[0] + b"\n", "no_rows"),
        (FIRST.split(b"\n", 1)[1], "no_header"),
    ],
)
def test_a_corrupt_or_foreign_file_is_refused(pool: Pool, content: bytes, code: str) -> None:
    refused(pool, content, code)


def test_a_file_cut_off_in_a_quoted_cell_is_refused(pool: Pool) -> None:
    rows = csv_of(contributions(10)).decode().splitlines()
    quoted = [rows[0], *(row.replace("欧", '"欧', 1) for row in rows[1:])]
    refused(pool, "\n".join(quoted).encode(), "unreadable_file")


def test_a_truncated_workbook_and_parquet_file_are_refused(pool: Pool, tmp_path: Path) -> None:
    book = xlsx_of(contributions(50))
    refused(pool, book[: len(book) // 2], "unreadable_file")
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist(contributions(50)), path)
    content = path.read_bytes()
    refused(pool, content[:100] + bytes(200) + content[300:], "unreadable_file")


@pytest.mark.parametrize("encoding", ["big5hkscs", "shift_jis", "utf-32"])
def test_a_wrong_encoding_is_refused(pool: Pool, encoding: str) -> None:
    text = csv_of(contributions(20)).decode()
    receipt = receive(pool, text.encode(encoding, errors="replace"), vault=TestVault())
    assert receipt.delivery.verdict is Verdict.REFUSED
    assert {issue.code for issue in receipt.issues} <= {"no_header", "unreadable_file"}


def test_bytes_of_another_encoding_far_into_the_file_are_refused(pool: Pool) -> None:
    lines = csv_of(contributions(900) * 9).splitlines()
    lines[6000] = lines[6000].replace(name(5).encode(), b"\xff\xfe\xfd")
    lines[6001] = lines[6001] + b"\xff"
    refused(pool, b"\n".join(lines), "unreadable_file")


def test_a_renamed_column_is_refused_and_the_near_one_named(pool: Pool) -> None:
    rows = [
        {{"缴费基数": "缴费工资基数"}.get(k, k): v for k, v in row.items()}
        for row in contributions(9)
    ]
    reason = refused(pool, csv_of(rows), "unknown_column")
    assert "“缴费工资基数”" in reason
    assert "缺少“缴费基数”这一列" in reason


def test_a_renamed_column_that_may_be_blank_is_refused_too(pool: Pool) -> None:
    rows = [
        {{"联系电话": "电话号"}.get(k, k): v for k, v in registration(at).items()}
        for at in range(9)
    ]
    reason = refused(pool, csv_of(rows), "unknown_column", "employment_registration")
    assert "联系电话" in reason


def test_the_wrong_month_is_refused_and_the_right_one_named(pool: Pool) -> None:
    reason = refused(pool, csv_of(contributions(20, 费款所属期="202312")), "wrong_month")
    assert "202312" in reason


@pytest.mark.parametrize(
    "formula", ['=HYPERLINK("http://x","y")', "@SUM(A1)", "+1+cmd|' /C calc'!A0"]
)
def test_a_formula_sets_its_row_aside(pool: Pool, formula: str) -> None:
    rows = [*[registration(at) for at in range(30)], registration(31, 登记编号=formula)]
    receipt = receive(pool, csv_of(rows), vault=TestVault(), source="employment_registration")
    assert [(i.row, i.code, i.value) for i in receipt.issues] == [(32, "formula", "（不显示）")]
    assert len(stored(pool, "employment_registration")) == 30


def test_a_formula_in_a_workbook_is_never_computed(pool: Pool) -> None:
    rows = [*contributions(30), contribution(31, 姓名="=1+1")]
    receipt = receive(pool, xlsx_of(rows), vault=TestVault())
    assert [(i.row, i.code) for i in receipt.issues] == [(32, "formula")]


def test_a_zip_bomb_is_refused_before_it_unpacks(pool: Pool) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (400 * 1024 * 1024))
    reason = refused(pool, held.getvalue(), "unreadable_file")
    assert "展开" in reason


def test_a_huge_upload_is_refused_before_it_is_read(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    receipt = receive(pool, path, vault=TestVault())
    assert receipt.delivery.verdict is Verdict.REFUSED
    assert "1024 MB" in receipt.delivery.reason
    assert (receipt.delivery.digest, receipt.delivery.size) == ("", 2 * 1024**3)


def test_rows_of_the_wrong_width_are_read_row_by_row(pool: Pool) -> None:
    lines = csv_of(contributions(60)).decode().splitlines()
    lines[5] += ",多出来的"
    lines[9] = ",".join(lines[9].split(",")[:7])
    receipt = receive(pool, "\n".join(lines).encode(), vault=TestVault())
    assert {(i.row, i.code) for i in receipt.issues} == {
        (6, "cell_without_header"),
        (10, "required"),
    }
    assert len(stored(pool)) == 58


# --- nothing personal where it does not belong


def texts_under(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Give every text and every byte kept under a folder: raw, and out of each Parquet column."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        yield path, path.read_bytes()
        if path.suffix == ".parquet" and path.read_bytes()[:4] == b"PAR1":
            table = pq.read_table(path, partitioning=None)
            for column in table.columns:
                yield path, "\n".join(map(str, column.to_pylist())).encode()


def test_nothing_personal_stands_in_the_pool_or_in_the_log(
    pool: Pool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    vault, dice, people = TestVault(), random.Random(7), range(40, 90)
    shifted = [
        dict(zip(r, [*list(r.values())[1:], ""], strict=True)) for r in contributions(90)[40:44]
    ]
    slips = [contribution(at, 公民身份号码=number(at)[:-2] + "00") for at in range(44, 47)]
    contributed = [contribution(at, 险种类型="999" if at == 50 else "110") for at in people]
    registered = [registration(at) for at in people]
    registered[3] |= {"登记地": phone(43), "职业工种": name(43), "就业形式": number(43)}
    registered[4] |= {"就业日期": name(44)}
    dice.shuffle(contributed)
    sent: list[tuple[str, bytes]] = [
        ("contributions", csv_of(contributed + slips)),
        ("contributions", csv_of(shifted)),
        ("contributions", csv_of([*contributed, *slips], "gb18030")[:-30]),
        ("contributions", xlsx_of(contributed, contributed)),
        ("employment_registration", csv_of(registered)),
        ("population", csv_of([citizen(at) for at in people])),
        ("population", csv_of([citizen(at, 性别="3") for at in people])),
        ("contributions", csv_of(contributed).split(b"\n", 1)[1]),
    ]
    for source, content in sent:
        receive(pool, content, vault=vault, source=source)
    verdicts = [each.verdict for each in pool.snapshot().deliveries(CITY)]
    assert {Verdict.ACCEPTED, Verdict.REFUSED} <= set(verdicts)
    secrets = [each.encode() for at in people for each in (number(at), name(at), phone(at))]
    secrets += [number(at)[:-2].encode() + b"00" for at in range(44, 47)]
    for path, content in texts_under(pool.root):
        found = [secret.decode() for secret in secrets if secret in content]
        assert not found, (path, found[:3])
    out, err = capfd.readouterr()
    said = (caplog.text + out + err).encode()
    assert not [secret for secret in secrets if secret in said]
    assert set(vault.kept) >= {vault.token(number(at)) for at in people}


def test_an_engines_error_quotes_nothing(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    from leye.data.pool import intake

    def fail(*_: object, **__: object) -> None:
        raise pa.ArrowInvalid(f"could not convert {number(3)}")

    monkeypatch.setattr(intake, "totals_of", fail)
    with pytest.raises(StoreFailure) as caught:
        receive(pool, FIRST, vault=TestVault())
    assert number(3) not in str(caught.value)
    assert caught.value.__cause__ is None
