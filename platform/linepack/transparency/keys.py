"""The key with which an installation signs its logs, under the origin of each.

One Ed25519 key signs all logs: its name in a log is the log's origin, so that it is another verifier key in
each. Keys of the past, which signed checkpoints that are still shown, are known by their verifier keys.
"""

import base64
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linepack.kept_secrets import KEY_BYTES, key_bytes, local_secret, new_key
from linepack.transparency.checkpoint import Checkpoint
from linepack.transparency.model import LogName, SignedCheckpoint
from linepack.transparency.notes import Signer, Verifier

UNUSED_SEED = base64.b64encode(bytes(KEY_BYTES)).decode()
"""Stands for a key where only names and keys of the past are checked."""


class LogKeys:
    """What signs the logs of an installation, and what verifies them."""

    def __init__(self, seed: str, *, origin: str, retired: Iterable[str] = ()) -> None:
        """Read the seed, 32 bytes in Base64, and the verifier keys of the past; raises ValueError."""
        private = Ed25519PrivateKey.from_private_bytes(key_bytes(seed, "the key that signs the logs"))
        self._signers = {log: Signer(f"{origin}/{log.slug}", private) for log in LogName}
        self._retired = tuple(Verifier.of(vkey) for vkey in retired)

    def origin(self, log: LogName) -> str:
        """Return the name of a log to the world."""
        return self._signers[log].verifier.name

    def vkey(self, log: LogName) -> str:
        """Return the key that others verify a log with."""
        return self._signers[log].verifier.vkey

    def verifiers(self, log: LogName) -> tuple[Verifier, ...]:
        """Return the keys whose signatures under a log are good: today's, then those of the past."""
        past = (one for one in self._retired if one.name.rpartition("/")[2] == log.slug)
        return (self._signers[log].verifier, *past)

    def sign(self, log: LogName, size: int, root: bytes, at: datetime) -> SignedCheckpoint:
        """Return the signed checkpoint of a tree."""
        signer = self._signers[log]
        note = Checkpoint(signer.verifier.name, size, root).signed(signer)
        return SignedCheckpoint(size, root, note, signer.verifier.vkey, at)


def installation_key(data_dir: Path) -> str:
    """Return the seed kept under `data_dir`, made at first use, readable by this user only."""
    return local_secret(data_dir / "log-key", new_key)
