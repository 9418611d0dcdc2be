"""Personal data at rest: each value is sealed with AES-256-GCM and bound to its row."""

import hashlib
import os
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class UnreadableSeal(Exception):
    """A sealed value does not open: its key is not in SECRET_KEY, or it was moved to another row."""


class Keyring:
    """The keys of SECRET_KEY: the first seals, each of them opens.

    A sealed value is: one byte that names the key, the nonce, the ciphertext with its tag. The place it is
    written in (`patient:17`) is the associated data, so a value copied into another row does not open.
    """

    def __init__(self, *secrets: str) -> None:
        if not secrets:
            raise ValueError("a keyring needs at least one secret")
        self._ciphers: dict[int, AESGCM] = {}
        self._sealing = -1
        self._signing = b""
        self._indexing: list[bytes] = []
        for secret in secrets:
            key = hashlib.blake2b(secret.encode(), digest_size=32, person=b"talon.sealing").digest()
            name = hashlib.blake2b(key, digest_size=1, person=b"talon.key.name").digest()[0]
            if name in self._ciphers:
                raise ValueError("two secrets of SECRET_KEY have the same short name: make one of them anew")
            self._ciphers[name] = AESGCM(key)
            self._indexing.append(
                hashlib.blake2b(secret.encode(), digest_size=32, person=b"talon.indexing").digest()
            )
            if self._sealing < 0:
                self._sealing = name
                self._signing = hashlib.blake2b(
                    secret.encode(), digest_size=32, person=b"talon.signing"
                ).digest()

    @property
    def signing_key(self) -> bytes:
        """Key for signatures, apart from the one that seals."""
        return self._signing

    def seal(self, value: bytes, place: str) -> bytes:
        """Encrypt `value` for the row named by `place`."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self._sealing]
        return bytes((self._sealing,)) + nonce + cipher.encrypt(nonce, value, place.encode())

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what `seal` made for the same place; raises UnreadableSeal."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise UnreadableSeal("no key in SECRET_KEY opens this value")
        end = 1 + _NONCE_BYTES
        try:
            return cipher.decrypt(sealed[1:end], sealed[end:], place.encode())
        except (InvalidTag, ValueError):  # ValueError: cut so short that the nonce is not whole
            raise UnreadableSeal("the value was changed or belongs to another row") from None

    def index(self, value: str, kind: str) -> bytes:
        """Make the blind index of a value: equal for equal values of a kind, of no use without the key."""
        return _blind(self._indexing[0], value, kind)

    def indexes(self, value: str, kind: str) -> list[bytes]:
        """Make the blind indexes that rows may carry which were written under each of the keys."""
        return [_blind(key, value, kind) for key in self._indexing]

    def is_sealed_by_first(self, sealed: bytes) -> bool:
        """Tell whether a value need not be sealed anew: the first key has sealed it."""
        return bool(sealed) and sealed[0] == self._sealing

    def seal_json(self, value: Any, place: str) -> bytes:
        """Seal anything that JSON can say."""
        return self.seal(orjson.dumps(value), place)

    def unseal_json(self, sealed: bytes, place: str) -> Any:
        """Open what `seal_json` made."""
        return orjson.loads(self.unseal(sealed, place))


def _blind(key: bytes, value: str, kind: str) -> bytes:
    return hashlib.blake2b(f"{kind}\0{value}".encode(), key=key, digest_size=16).digest()
