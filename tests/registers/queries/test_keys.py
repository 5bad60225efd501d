"""From a token to a person key and back."""

from pathlib import Path

import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.person_keys import PERSON_KEYS, PERSON_KEYS_SCHEMA
from leye.data.registers.queries import person_of, tokens_of
from tests.samples import AT

OLD, NEW, OTHER = b"\x00'old token;--\xff", b"new token 16 by.", b"other token 16 b"


def test_a_person_is_found_under_every_key_they_were_seen_under(tmp_path: Path) -> None:
    """In mid-rotation a person has two tokens, and either finds them."""
    pool = Pool(tmp_path / "pool")
    assert person_of(pool.snapshot(), OLD) is None
    rows = [
        {"token": OLD, "key_version": 1, "person": 5},
        {"token": NEW, "key_version": 2, "person": 5},
        {"token": OTHER, "key_version": 1, "person": 6},
    ]
    given = pa.Table.from_pylist(rows, schema=PERSON_KEYS_SCHEMA.to_pyarrow())
    with pool.ledger.writing() as change:
        change.append(PERSON_KEYS, given.to_reader(), schema=PERSON_KEYS_SCHEMA)
        change.commit(label="delivery", at=AT)
    snapshot = pool.snapshot()
    assert [person_of(snapshot, token) for token in (OLD, NEW, OTHER)] == [5, 5, 6]
    assert person_of(snapshot, OLD[:-1]) is None
    assert set(tokens_of(snapshot, 5)) == {OLD, NEW}
