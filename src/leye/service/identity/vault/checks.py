"""Whether the keys at hand are those the data is under.

Other keys would do silent harm: every person would get a new token and become a new person.
"""

from leye.service.identity.vault import tables
from leye.service.identity.vault.errors import VaultKeysUnusable
from leye.service.identity.vault.keys import KeyRing
from leye.service.identity.vault.models import VaultKey
from leye.service.identity.vault.primitives import hasher

_CONSTANT = b"leye.vault.check"
_RESTORE = "请从备份恢复原来的密钥文件，不要生成新的"


def check_nothing_kept() -> None:
    """Do nothing while no data is under any key.

    :raises VaultKeysUnusable: there is data, so its keys have been lost.
    """
    if VaultKey.objects.exists() or not tables.is_empty():
        raise VaultKeysUnusable("身份库里有数据，但密钥文件不见了", hint=_RESTORE)


def check_keys(ring: KeyRing) -> None:
    """Remember keys seen for the first time, and forget those that a rotation has removed.

    :raises VaultKeysUnusable: a key is another than the data is under, or is missing.
    """
    kept = {(key.kind, key.version): key.check_value for key in VaultKey.objects.all()}
    mine = {name: _check_value(key) for name, key in _named(ring).items()}
    if any(mine.get(name, value) != value for name, value in kept.items()):
        raise VaultKeysUnusable("密钥文件与身份库里的数据不是一套", hint=_RESTORE)
    in_use = {"pseudonym": ring.pseudonym_version, "data": ring.data_version}
    missing = set(kept) - set(mine)
    if any(version >= in_use.get(kind, 1) for kind, version in missing):
        raise VaultKeysUnusable("密钥文件里缺少数据要用的密钥版本", hint=_RESTORE)
    for kind, version in missing:
        VaultKey.objects.filter(kind=kind, version=version).delete()
    if new := sorted(set(mine) - set(kept)):
        VaultKey.objects.bulk_create(
            [VaultKey(kind=kind, version=v, check_value=mine[kind, v]) for kind, v in new],
            ignore_conflicts=True,
        )


def _named(ring: KeyRing) -> dict[tuple[str, int], bytes]:
    named = {("pseudonym", version): key for version, key in ring.pseudonym.items()}
    named |= {("data", version): key for version, key in ring.data.items()}
    named |= {(f"feature.{kind}", 1): key for kind, key in ring.features.items()}
    return named | {("mark", 1): ring.mark}


def _check_value(key: bytes) -> str:
    return hasher(key)(_CONSTANT)[:8].hex()
