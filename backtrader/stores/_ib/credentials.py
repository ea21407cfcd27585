"""Whether OAuth credentials can work at all: looked at one by one, before anybody is asked."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Any

from ...errors import MissingDependencyError
from .findings import Finding, Level
from .settings import OAuth, opened_to_others

try:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
except ModuleNotFoundError as failure:
    raise MissingDependencyError("Making and checking keys", "backtrader[ib]") from failure

__all__ = ["credential_findings"]

KEY_BITS = 2048
PRIME_BITS = 2048
_CONSUMER_KEY = re.compile(r"[A-Z]{9}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_WITNESSES = (2, 3)  # enough for what a slip of the pen makes of a prime
_PORTAL = "IBKR's self-service portal (Client Portal, Settings, OAuth)"
_AGAIN = "make the keys anew with `bt-ib keys`, and give the public halves to the portal again"


def credential_findings(oauth: OAuth) -> list[Finding]:
    """Return what is right and wrong with credentials; no text holds a secret."""
    encryption, of_encryption = _key(
        "encryption key", oauth.encryption_key, oauth.encryption_key_fp
    )
    signature, of_signature = _key("signature key", oauth.signature_key, oauth.signature_key_fp)
    found = [*of_encryption, *of_signature]
    if encryption is not None and signature is not None and _same(encryption, signature):
        found.append(
            Finding(
                Level.FAILED,
                "signature key",
                "it is the same key as the encryption key",
                "the two settings name one file: give each its own",
            )
        )
    found.append(_consumer_key(oauth.consumer_key))
    found.append(_secret(oauth.access_token_secret, encryption))
    found.append(_prime(oauth.dh_prime))
    return found


def _key(name: str, text: str | None, path: str | None) -> tuple[Any, list[Finding]]:
    """Return a private key, None where there is none, and what is to be said of it."""
    found = []
    if not text and path:
        mode = opened_to_others(path)
        if mode is not None:
            found.append(
                Finding(
                    Level.WARNING,
                    name,
                    f"others than you may read or change {path} (mode {mode:03o})",
                    f"chmod 600 {path}",
                )
            )
    try:
        content = text.encode() if text else Path(str(path)).read_bytes()
    except OSError as failure:
        found.append(
            Finding(Level.FAILED, name, f"{path} cannot be read: {failure.strerror}", "see to it")
        )
        return None, found
    key, problem = _loaded(content)
    if problem:
        found.append(Finding(Level.FAILED, name, problem, _AGAIN))
    else:
        found.append(Finding(Level.GOOD, name, f"an RSA key of {key.key_size} bits"))
    return key, found


def _loaded(content: bytes) -> tuple[Any, str]:
    """Return a private key and "", or None and what is wrong."""
    if b"PUBLIC KEY" in content:
        return None, "it is the public half; the private one is needed here"
    if b"ENCRYPTED" in content:
        return None, "it is protected by a passphrase, which cannot be given"
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        return None, "it is no private key in PEM format"
    if not isinstance(key, rsa.RSAPrivateKey):
        return None, "it is no RSA key"
    if key.key_size < KEY_BITS:
        return None, f"it has {key.key_size} bits; IBKR takes {KEY_BITS}"
    return key, ""


def _same(one: Any, other: Any) -> bool:
    return bool(one.public_key().public_numbers() == other.public_key().public_numbers())


def _consumer_key(text: str) -> Finding:
    if _CONSUMER_KEY.fullmatch(text):
        return Finding(Level.GOOD, "consumer key", "nine capital letters")
    return Finding(
        Level.WARNING,
        "consumer key",
        f"it has {len(text)} characters; IBKR's have nine, all of them capital letters",
        f"copy it again from {_PORTAL}",
    )


def _secret(text: str, key: Any) -> Finding:
    name = "access token secret"
    copied = f"copy it again from {_PORTAL}: all of it, without spaces or line ends"
    try:
        sealed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Finding(Level.FAILED, name, "it is no base64 text", copied)
    if key is None:
        return Finding(Level.SKIPPED, name, "the encryption key that opens it is not there")
    problem = "the encryption key does not open it"
    remedy = (
        "it was made for another public key: give the portal the public half of this encryption"
        " key, and have a new token and secret made"
    )
    if len(sealed) != key.key_size // 8:
        return Finding(Level.FAILED, name, problem, remedy)
    if not _opens(key.private_numbers(), sealed):
        return Finding(Level.FAILED, name, problem, remedy)
    return Finding(Level.GOOD, name, "the encryption key opens it")


def _opens(numbers: Any, sealed: bytes) -> bool:
    """Whether what a key makes of a secret is padded as it was when it was sealed.

    Asked of the library, a wrong key gives random bytes: it is to tell nothing to an attacker.
    """
    modulus = numbers.public_numbers.n
    opened = pow(int.from_bytes(sealed, "big"), numbers.d, modulus).to_bytes(len(sealed), "big")
    return opened[:2] == b"\x00\x02" and opened.find(b"\x00", 2) >= 10


def _prime(text: str) -> Finding:
    name = "Diffie-Hellman prime"
    remedy = (
        "`bt-ib keys` writes it as one line of hexadecimal digits; out of an older dhparam.pem:"
        " openssl dhparam -in dhparam.pem -noout -text, joined without colons and line ends"
    )
    if text.startswith("-"):
        problem = "it is negative: whatever wrote it took its first bit for a sign"
        return Finding(Level.FAILED, name, problem, remedy)
    if not _HEX.fullmatch(text):
        problem = "it holds something else than hexadecimal digits (colons, spaces, a 0x?)"
        return Finding(Level.FAILED, name, problem, remedy)
    prime = int(text, 16)
    if prime.bit_length() != PRIME_BITS:
        problem = f"it has {prime.bit_length()} bits; IBKR takes {PRIME_BITS}"
        return Finding(Level.FAILED, name, f"{problem}: digits are missing, or too many", remedy)
    if not _is_prime(prime) or not _is_prime(prime // 2):
        problem = "it is no safe prime: a digit is wrong"
        return Finding(Level.FAILED, name, problem, remedy)
    return Finding(Level.GOOD, name, f"a safe prime of {PRIME_BITS} bits")


def _is_prime(number: int) -> bool:
    """Whether a number passes Miller and Rabin's test to some bases."""
    if number < 5 or number % 2 == 0:
        return number in _WITNESSES
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, base, odd, twos) for base in _WITNESSES)


def _passes(number: int, base: int, odd: int, twos: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
