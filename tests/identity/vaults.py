"""Vaults and people for the tests of the vault."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
from stdnum.cn.ric import calc_check_digit

from leye.service.identity.vault.vault import Vault


def new_vault(folder: Path) -> Vault:
    """Give a vault with keys of its own."""
    vault = Vault(folder / "vault_keys")
    vault.file.create()
    return vault


def number_of(serial: int) -> str:
    """Give a valid citizen number, another for each serial."""
    born = date(1960, 1, 1) + timedelta(days=serial // 900)
    body = f"360902{born:%Y%m%d}{serial % 900 + 100}"
    return body + calc_check_digit(body + "0")


def known(
    vault: Vault,
    serials: Sequence[int],
    *,
    name: str | None = "王小明",
    phone: str | None = "13800138000",
    place: str | None = "360902001001",
) -> pa.Table:
    """Give what a delivery knows of people, as the vault is given it."""
    numbers = pa.array([number_of(serial) for serial in serials], pa.string())
    every = len(serials)
    return pa.table(
        {
            "token": vault.tokens(numbers),
            "number": numbers,
            "name": pa.array([name] * every, pa.string()),
            "phone": pa.array([phone] * every, pa.string()),
            "place": pa.array([place] * every, pa.string()),
        }
    )


def token_of(vault: Vault, serial: int) -> bytes:
    """Give a person's token under the key in use."""
    token: bytes = vault.tokens(pa.array([number_of(serial)]))[0].as_py()
    return token
