"""A key that signs trails, the same in every test."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Signer:
    seed: bytes

    @property
    def public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        return sha256(self.public).hexdigest()[:16]

    def sign(self, message: bytes, /) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


KEY = Signer(b"k" * 32)
OTHER = Signer(b"o" * 32)
