"""The national algorithms: SM3 in HMAC (GB/T 32905), SM4 in GCM (GB/T 32907, RFC 8998)."""

import os
from collections.abc import Callable, Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from leye.service.identity.vault.errors import SealBroken

NONCE = 12
TAG = 16
TOKEN = 16

Hasher = Callable[[bytes], bytes]
Sealer = Callable[[bytes, bytes, bytes], bytes]


def hasher(key: bytes) -> Hasher:
    """Give HMAC-SM3 under a key, prepared once: 32 bytes for any bytes."""
    copy = hmac.HMAC(key, hashes.SM3()).copy

    def digest(value: bytes) -> bytes:
        begun = copy()
        begun.update(value)
        return begun.finalize()

    return digest


def hash_all(key: bytes, values: Iterable[bytes], *, size: int) -> bytes:
    """Give the first ``size`` bytes of the HMAC-SM3 of each value, one after the other."""
    copy = hmac.HMAC(key, hashes.SM3()).copy
    found = []
    for value in values:
        begun = copy()
        begun.update(value)
        found.append(begun.finalize()[:size])
    return b"".join(found)


def value_sealer(key: bytes) -> Sealer:
    """Give SM4-GCM under a key: (value, what it is bound to, nonce) -> nonce, ciphertext and tag.

    What a value is bound to is not kept, but opening asks for the same: it cannot change its place.
    A nonce is used once in a key's life.
    """
    algorithm = algorithms.SM4(key)

    def seal(value: bytes, bound_to: bytes, nonce: bytes) -> bytes:
        sealing = Cipher(algorithm, modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(bound_to)
        text = sealing.update(value)
        sealing.finalize()
        return nonce + text + sealing.tag

    return seal


def open_value(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """Decrypt what ``value_sealer`` sealed.

    :raises SealBroken: it was changed, or sealed under another key or for another place.
    """
    if len(sealed) < NONCE + TAG:
        raise SealBroken("内容不完整")
    nonce, text, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
    opening = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    opening.authenticate_additional_data(bound_to)
    try:
        return opening.update(text) + opening.finalize()
    except InvalidTag:
        raise SealBroken("校验不符", hint="内容被改动过，或者不是用这套密钥加密的") from None


def nonces(count: int) -> Sequence[bytes]:
    """Give so many random nonces.

    96 random bits each: a key may seal 2**32 values by that rule (NIST SP 800-38D, 8.2.2 and 8.3),
    which is hundreds of times every record of a city.
    """
    drawn = os.urandom(NONCE * count)
    return [drawn[at : at + NONCE] for at in range(0, len(drawn), NONCE)]
