"""Two people of the small town whom the vault knows."""

import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.builds import BUILD_SCHEMA, BUILDS, Built, Inputs, build_rows
from leye.data.pool.person_keys import PERSON_KEYS, PERSON_KEYS_SCHEMA
from leye.service.identity.vault.vault import Vault
from tests.decision.policy import town
from tests.identity.vaults import known, token_of
from tests.samples import AT


def know(pool: Pool, keys: Vault) -> None:
    """Have the vault and the pool know them by their numbers, and the month counted as built."""
    rows = []
    for key, place in ((town.DRAWS, "360902001001"), (town.FOUNDER, "360981001201")):
        keys.keep(known(keys, [key], name="王小明", place=place), at=AT)
        rows.append({"token": token_of(keys, key), "key_version": keys.key_version, "person": key})
    given = pa.Table.from_pylist(rows, schema=PERSON_KEYS_SCHEMA.to_pyarrow())
    with pool.ledger.writing() as change:
        change.append(PERSON_KEYS, given.to_reader(), schema=PERSON_KEYS_SCHEMA)
        built = [Built("person_month", town.NOW, 6, Inputs(change.release.number, ()))]
        records = build_rows(built, release=change.number, engine="duckdb", at=AT)
        change.append(BUILDS, records, schema=BUILD_SCHEMA)
        change.commit(label="delivery", at=AT)
