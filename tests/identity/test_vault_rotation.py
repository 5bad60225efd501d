"""Rotation of keys: the same persons under new tokens, whenever it is cut short."""

import threading
from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from leye.data.pool.engine import reader
from leye.data.pool.files import locked
from leye.data.pool.rekey import PersonsWithoutToken
from leye.data.pool.transaction import Ledger
from leye.data.pool.types import PoolBusy
from leye.service.identity.models import AuditEvent
from leye.service.identity.vault import records, sealing
from leye.service.identity.vault.errors import RotationBlocked, SealBroken
from leye.service.identity.vault.models import IdentityRecord, VaultKey
from leye.service.identity.vault.rotation import rotate_keys, sealed_files
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import known, new_vault, number_of, token_of
from tests.samples import AT

KEYS = ibis.schema({"token": "binary", "key_version": "int32", "person": "int64"})
STEPS = [
    "keys_added",
    "records_copied",
    "new_tokens_added",
    "new_key_in_use",
    "old_tokens_removed",
    "old_records_removed",
    "files_sealed_anew",
    "old_keys_removed",
]
PEOPLE = range(40)
SECRET = b"360902199001011233,a row set aside\n" * 100


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def vault(tmp_path: Path, db: None) -> Vault:
    made = new_vault(tmp_path)
    made.prepare()
    return made


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "pool", wait=0.1)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leye.service.identity.vault.rotation.BATCH", 7)


def deliver(vault: Vault, ledger: Ledger, serials: "range | list[int]") -> None:
    """Take a delivery as the pool does: people by their token, unknown ones as new persons."""
    with ledger.writing() as change:
        given = known(vault, serials)
        before = person_keys(ledger)
        version = vault.key_version
        mine = {token: person for token, v, person in before if v == version}
        assert mine or not before, "a delivery met no token of the key in use"
        new = [token for token in given["token"].to_pylist() if token not in mine]
        first = max((person for _, _, person in before), default=0) + 1
        rows = pa.table(
            {
                "token": pa.array(new, pa.binary()),
                "key_version": pa.array([version] * len(new), pa.int32()),
                "person": pa.array(range(first, first + len(new)), pa.int64()),
            }
        )
        vault.keep(given, at=AT)
        change.append("person_keys", rows.to_reader(), schema=KEYS)
        change.commit(label="delivery", at=AT, delivery="D000001")


def person_keys(ledger: Ledger) -> list[tuple[bytes, int, int]]:
    release = ledger.releases.latest()
    pin = release.tables.get("person_keys")
    if pin is None:
        return []
    files = ledger.files("person_keys", pin.version)
    rows = reader().read_parquet(list(files)).to_pyarrow().to_pylist()
    return sorted((row["token"], row["key_version"], row["person"]) for row in rows)


def persons(vault: Vault, ledger: Ledger) -> dict[int, int]:
    """Give the person key of each of ``PEOPLE`` as a delivery would find it now."""
    version = vault.key_version
    mine = {token: person for token, v, person in person_keys(ledger) if v == version}
    return {serial: mine[token_of(vault, serial)] for serial in PEOPLE}


def seal(vault: Vault, ledger: Ledger, name: str) -> Path:
    plain, target = ledger.root / "plain", ledger.root / "refused" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    plain.write_bytes(SECRET)
    vault.seal(plain, target)
    plain.unlink()
    return target


def unsealed(vault: Vault, path: Path) -> bytes:
    target = path.with_name("opened")
    vault.open_sealed(path, target)
    content = target.read_bytes()
    target.unlink()
    return content


def check_works(vault: Vault, ledger: Ledger, before: dict[int, int], *sealed: Path) -> None:
    """People are found under the key in use, their names open, sealed files open."""
    vault.prepare()
    assert persons(vault, ledger) == before
    for serial in PEOPLE:
        (record,) = records.read([token_of(vault, serial)], ring=vault.ring)
        assert record.known.number == number_of(serial)
    for path in sealed:
        assert unsealed(vault, path) == SECRET


def test_every_person_stays_the_same_under_new_keys(vault: Vault, ledger: Ledger) -> None:
    deliver(vault, ledger, PEOPLE)
    sealed = seal(vault, ledger, "a")
    before, old = persons(vault, ledger), vault.ring
    old_tokens = {token for token, _, _ in person_keys(ledger)}
    done = rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    assert (done.key_version, done.persons, done.files) == (2, len(PEOPLE), 1)
    check_works(vault, ledger, before, sealed)
    assert not old_tokens & {token for token, _, _ in person_keys(ledger)}
    assert {version for _, version, _ in person_keys(ledger)} == {2}
    assert set(vault.ring.pseudonym) == set(vault.ring.data) == {2}
    assert {key.version for key in VaultKey.objects.filter(kind__in=["pseudonym", "data"])} == {2}
    kept = set(IdentityRecord.objects.values_list("key_version", "data_version", "previous"))
    assert kept == {(2, 2, None)}
    with pytest.raises(SealBroken):
        sealing.open_file(sealed, sealed.with_name("x"), keys=old.data)


def test_later_deliveries_meet_the_same_persons(vault: Vault, ledger: Ledger) -> None:
    deliver(vault, ledger, PEOPLE)
    before = persons(vault, ledger)
    for _ in range(2):
        rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    deliver(vault, ledger, range(50))
    assert persons(vault, ledger) == before
    assert len(person_keys(ledger)) == 50
    assert vault.key_version == 3


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_any_step_it_works_on_and_can_be_finished(
    vault: Vault, ledger: Ledger, step: str
) -> None:
    deliver(vault, ledger, PEOPLE)
    sealed = seal(vault, ledger, "a")
    before = persons(vault, ledger)

    def kill(done: str) -> None:
        if done == step:
            raise Killed

    with pytest.raises(Killed):
        rotate_keys(vault=vault, ledger=ledger, by=None, at=AT, done=kill)
    check_works(vault, ledger, before, sealed)
    deliver(vault, ledger, range(45))
    vault.keep(known(vault, [3], phone="13900139003"), at=AT.replace(hour=2))
    another = seal(vault, ledger, "b")
    check_works(vault, ledger, before, sealed, another)

    done = rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    assert done.key_version == (3 if step == "old_keys_removed" else 2)
    check_works(vault, ledger, before, sealed, another)
    assert len(person_keys(ledger)) == len({person for _, _, person in person_keys(ledger)}) == 45
    (record,) = records.read([token_of(vault, 3)], ring=vault.ring)
    assert record.known.phone == "13900139003"
    assert IdentityRecord.objects.count() == 45


POOL_STEPS = [
    "locked",
    "recovered",
    "person_keys_placed",
    "person_keys_written",
    "synced",
    "released",
]


@pytest.mark.parametrize("step", POOL_STEPS)
@pytest.mark.parametrize("time", [1, 2])
def test_killed_inside_the_pools_own_steps_it_can_be_finished(
    vault: Vault, tmp_path: Path, step: str, time: int
) -> None:
    seen = []

    def kill(done: str) -> None:
        seen.append(done)
        if armed and seen.count(step) == time:
            raise Killed

    armed = False
    ledger = Ledger(tmp_path / "pool", wait=0.1, checkpoint=kill)
    deliver(vault, ledger, PEOPLE)
    before = persons(vault, ledger)
    seen.clear()
    armed = True
    with pytest.raises(Killed):
        rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    armed = False
    check_works(vault, ledger, before)
    deliver(vault, ledger, range(45))
    rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    check_works(vault, ledger, before)
    assert {version for _, version, _ in person_keys(ledger)} == {2}


def test_every_step_is_told_in_its_order(vault: Vault, ledger: Ledger) -> None:
    told: list[str] = []
    rotate_keys(vault=vault, ledger=ledger, by=None, at=AT, done=told.append)
    assert told == STEPS


def test_people_who_arrive_while_records_are_copied_come_along(
    vault: Vault, ledger: Ledger
) -> None:
    deliver(vault, ledger, PEOPLE)
    before = persons(vault, ledger)

    def arrive(step: str) -> None:
        if step == "records_copied":
            deliver(vault, ledger, range(60))
            vault.keep(known(vault, [0], phone="13900139000"), at=AT.replace(hour=2))

    done = rotate_keys(vault=vault, ledger=ledger, by=None, at=AT, done=arrive)
    assert done.persons == 60
    check_works(vault, ledger, before)
    (record,) = records.read([token_of(vault, 0)], ring=vault.ring)
    assert record.known.phone == "13900139000"


def test_a_person_the_vault_does_not_know_stops_it(vault: Vault, ledger: Ledger) -> None:
    deliver(vault, ledger, PEOPLE)
    before = persons(vault, ledger)
    lost = token_of(vault, 5)
    IdentityRecord.objects.filter(token=lost).delete()
    with pytest.raises(PersonsWithoutToken, match="1 人"):
        rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    assert vault.key_version == 1
    assert persons(vault, ledger) == before


def test_a_delivery_under_way_makes_it_wait_and_fail(vault: Vault, ledger: Ledger) -> None:
    deliver(vault, ledger, PEOPLE)
    before = persons(vault, ledger)
    with locked(ledger.root / "lock", wait=0), pytest.raises(PoolBusy):
        rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    check_works(vault, ledger, before)
    rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    check_works(vault, ledger, before)


def test_one_rotation_at_a_time(vault: Vault, ledger: Ledger) -> None:
    with (
        locked(vault.file.path.with_name("vault_keys.lock"), wait=0),
        pytest.raises(RotationBlocked),
    ):
        rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    assert len(vault.ring.pseudonym) == 1


def test_a_rotation_is_on_record(vault: Vault, ledger: Ledger) -> None:
    deliver(vault, ledger, PEOPLE)
    rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    told = AuditEvent.objects.filter(action="keys_rotated").order_by("pk")
    assert [event.detail for event in told] == [
        {"step": "begun", "key_version": 2},
        {"step": "finished", "key_version": 2, "persons": len(PEOPLE)},
    ]


def test_an_empty_installation_rotates_too(vault: Vault, ledger: Ledger) -> None:
    done = rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    assert (done.key_version, done.persons, done.files) == (2, 0, 0)


def test_readers_of_other_processes_follow_at_once(vault: Vault, ledger: Ledger) -> None:
    other = Vault(vault.file.path)
    deliver(other, ledger, PEOPLE)
    before = token_of(other, 1)
    rotate_keys(vault=vault, ledger=ledger, by=None, at=AT)
    assert token_of(other, 1) == token_of(vault, 1) != before


def test_only_sealed_files_are_looked_for(vault: Vault, ledger: Ledger) -> None:
    sealed = seal(vault, ledger, "a")
    (ledger.root / "refused" / "plain").write_text("text")
    (ledger.root / "tables").mkdir()
    (ledger.root / "tables" / "copy").write_bytes(sealed.read_bytes())
    assert list(sealed_files(ledger.root)) == [sealed]
    assert list(sealed_files(ledger.root / "missing")) == []


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() <= before + 1
