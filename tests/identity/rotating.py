"""A process that rotates the keys of an installation: it dies at a step, or says who is who.

python rotating.py fill | rotate <step to die after> | finish. ``LEYE_VAR`` names the installation.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime

import django

AT = datetime(2026, 9, 1, tzinfo=UTC)
PEOPLE = range(30)


def main(what: str, step: str = "") -> None:
    """Do one thing to the installation."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "leye.config.settings"
    django.setup()
    from django.core.management import call_command

    if what == "fill":
        call_command("migrate", verbosity=0)
        fill()
    elif what == "rotate":
        rotate(step)
    else:
        before = who()
        rotate()
        print(json.dumps([before, who()]))


def fill() -> None:
    """Make keys, records and person keys."""
    import ibis
    import pyarrow as pa

    from leye.doors.web.reading import pool
    from leye.service.identity.vault.vault import vault
    from tests.identity.vaults import known

    table = known(vault(), PEOPLE)
    vault().keep(table, at=AT)
    keys = pa.table(
        {
            "token": table["token"].cast(pa.binary()),
            "key_version": pa.array([1] * len(PEOPLE), pa.int32()),
            "person": pa.array([serial + 100 for serial in PEOPLE], pa.int64()),
        }
    )
    schema = ibis.schema({"token": "binary", "key_version": "int32", "person": "int64"})
    with pool().ledger.writing() as change:
        change.append("person_keys", keys.to_reader(), schema=schema)
        change.commit(label="delivery", at=AT, delivery="D000001")


def who() -> dict[str, int]:
    """Give the person key of each number, by the way of the key in use; the name must open."""
    from leye.data.pool.engine import reader
    from leye.doors.web.reading import pool
    from leye.service.identity.vault import records
    from leye.service.identity.vault.vault import vault
    from tests.identity.vaults import number_of, token_of

    mine = vault()
    ledger = pool().ledger
    pin = ledger.releases.latest().tables["person_keys"]
    files = list(ledger.files("person_keys", pin.version))
    rows = reader().read_parquet(files).to_pyarrow().to_pylist()
    persons = {
        row["token"]: row["person"] for row in rows if row["key_version"] == mine.key_version
    }
    found = {}
    for serial in PEOPLE:
        token = token_of(mine, serial)
        (record,) = records.read([token], ring=mine.ring)
        found[record.known.number] = persons[token]
    assert set(found) == {number_of(serial) for serial in PEOPLE}
    return found


def rotate(step: str = "") -> None:
    """Rotate the keys, and be killed after a step."""
    from leye.doors.web.reading import pool
    from leye.service.identity.vault import rotation
    from leye.service.identity.vault.vault import vault

    def done(told: str) -> None:
        if told == step:
            os.kill(os.getpid(), signal.SIGKILL)

    # Small, so that copying stops between batches too.
    rotation.BATCH = 7
    if step == "in_mid_copy":
        upsert, seen = rotation.tables.upsert, []

        def halfway(rows: object) -> None:
            seen.append(upsert(rows))
            if len(seen) == 2:
                done("in_mid_copy")

        rotation.tables.upsert = halfway
    rotation.rotate_keys(vault=vault(), ledger=pool().ledger, by=None, at=AT, done=done)


if __name__ == "__main__":
    main(*sys.argv[1:])
