"""The key files that OAuth 1.0a with IBKR needs: made, and never overwritten.

IBKR's self-service portal takes the public halves and the Diffie-Hellman parameters; the private
halves stay on this machine, readable by their owner alone.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...errors import MissingDependencyError, SettingsError

try:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import dh, rsa
except ModuleNotFoundError as failure:
    raise MissingDependencyError("Making and checking keys", "backtrader[ib]") from failure

__all__ = ["ENVIRONMENT_FILE", "PRIME_BITS", "KeyFiles", "make_keys"]

KEY_BITS = 2048
PRIME_BITS = 2048
GENERATOR = 2
ENVIRONMENT_FILE = "ibkr.env"
_OWNER_ONLY = 0o600
_FOR_ALL = 0o644

# what only the portal can say, as empty lines to be filled in
_TO_FILL_IN = ("CONSUMER_KEY", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Paths of what `make_keys` wrote; the first three are for the portal."""

    public_encryption: Path
    public_signature: Path
    parameters: Path
    private_encryption: Path
    private_signature: Path
    environment: Path


def make_keys(
    folder: Path, prime_bits: int = PRIME_BITS, told: Callable[[str], None] = lambda text: None
) -> KeyFiles:
    """Make two RSA keys, a Diffie-Hellman prime and a file of settings in `folder`.

    Parameters
    ----------
    folder
        Made where it is not there.
    prime_bits
        Length of the prime; IBKR takes 2048. Finding one takes from seconds to minutes.
    told
        Called with what is being done.

    Raises
    ------
    SettingsError
        One of the files is there already: a key that is in use is not overwritten.
    """
    files = _files(folder)
    there = [str(path) for path in _paths(files) if path.exists()]
    if there:
        raise SettingsError(f"these files are there already, and are kept: {', '.join(there)}")
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("encryption", "signature"):
        told(f"making the {kind} key ({KEY_BITS} bits)")
        _write_pair(files, kind)
    told(f"looking for a prime of {prime_bits} bits; that may take some minutes")
    with warnings.catch_warnings():
        # the library has this kind of key exchange on its way out; IBKR has no other
        warnings.simplefilter("ignore")
        found = dh.generate_parameters(generator=GENERATOR, key_size=prime_bits)
    parameters = found.parameter_bytes(
        serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3
    )
    _write(files.parameters, parameters, _FOR_ALL)
    prime = found.parameter_numbers().p
    _write(files.environment, _environment(files, prime).encode(), _OWNER_ONLY)
    return files


def _files(folder: Path) -> KeyFiles:
    names = ["public_encryption.pem", "public_signature.pem", "dhparam.pem"]
    names += ["private_encryption.pem", "private_signature.pem", ENVIRONMENT_FILE]
    return KeyFiles(*(folder.absolute() / name for name in names))


def _paths(files: KeyFiles) -> list[Path]:
    public = [files.public_encryption, files.public_signature, files.parameters]
    return [*public, files.private_encryption, files.private_signature, files.environment]


def _write_pair(files: KeyFiles, kind: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(getattr(files, f"private_{kind}"), private, _OWNER_ONLY)
    _write(getattr(files, f"public_{kind}"), public, _FOR_ALL)


def _write(path: Path, content: bytes, mode: int) -> None:
    # made with its mode, so that nobody can open it between making and closing it off
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _environment(files: KeyFiles, prime: int) -> str:
    lines = ["# Settings of backtrader's connection to IBKR; keep this file to yourself."]
    lines += ["# The next three come from IBKR's self-service portal."]
    lines += [f"IBKR_OAUTH_{name}=" for name in _TO_FILL_IN]
    lines += [
        f"IBKR_OAUTH_DH_PRIME={prime:x}",
        f"IBKR_OAUTH_ENCRYPTION_KEY_FP={files.private_encryption}",
        f"IBKR_OAUTH_SIGNATURE_KEY_FP={files.private_signature}",
        "",
    ]
    return "\n".join(lines)
