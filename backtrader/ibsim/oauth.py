"""OAuth 1.0a as IBKR asks for it: credentials, the live session token, signed requests.

A client proves with its RSA signature key who it is, agrees with the server on a secret by
Diffie-Hellman, and from that and the access token secret both compute the *live session token*
(LST). With it every later request is signed by HMAC-SHA256.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import string
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

__all__ = ["Credentials", "OAuthError", "TokenDesk", "base_string", "live_session_token"]
__all__ += ["make_credentials", "parse_header", "sign_byte_form"]

# The 2048-bit group of RFC 3526, section 3.
DH_PRIME = (
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05"
    "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
    "3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff"
)
DH_GENERATOR = 2
CLOCK_TOLERANCE_S = 300
_PAIR = re.compile(r'(\w+)="([^"]*)"')


class OAuthError(Exception):
    """Say that a request is not signed as it must be; the text is for the answer."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the simulator gave out to its one client, and what it keeps of it."""

    consumer_key: str
    access_token: str
    access_token_secret: str = field(repr=False)
    secret: bytes = field(repr=False)
    encryption_key_path: Path
    signature_key_path: Path
    signature_key: rsa.RSAPublicKey = field(repr=False)
    prime: int = field(repr=False, default=int(DH_PRIME, 16))
    generator: int = DH_GENERATOR

    def settings(self) -> dict[str, str]:
        """Return them by the names that ibind's ``OAuth1aConfig`` has for them."""
        return {
            "consumer_key": self.consumer_key,
            "access_token": self.access_token,
            "access_token_secret": self.access_token_secret,
            "dh_prime": f"{self.prime:x}",
            "dh_generator": str(self.generator),
            "encryption_key_fp": str(self.encryption_key_path),
            "signature_key_fp": str(self.signature_key_path),
        }


def make_credentials(folder: Path) -> Credentials:
    """Make new credentials; the two private keys are written into `folder`, for the owner alone."""
    encryption = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signature = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = secrets.token_bytes(20)
    sealed = encryption.public_key().encrypt(secret, padding.PKCS1v15())
    return Credentials(
        consumer_key="".join(secrets.choice(string.ascii_uppercase) for _ in range(9)),
        access_token=secrets.token_hex(10),
        access_token_secret=base64.b64encode(sealed).decode(),
        secret=secret,
        encryption_key_path=_write_key(folder / "private_encryption.pem", encryption),
        signature_key_path=_write_key(folder / "private_signature.pem", signature),
        signature_key=signature.public_key(),
    )


def _write_key(path: Path, key: rsa.RSAPrivateKey) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def parse_header(text: str) -> dict[str, str]:
    """Return the parameters of an ``Authorization: OAuth`` header, without the realm.

    The signature is percent-decoded, as it alone is encoded.

    Raises
    ------
    OAuthError
        When it is no such header, or one of the parameters that every request has is missing.
    """
    if not text.startswith("OAuth "):
        raise OAuthError("no OAuth header")
    found = dict(_PAIR.findall(text))
    found.pop("realm", None)
    needed = ("consumer_key", "nonce", "signature", "signature_method", "timestamp", "token")
    missing = [name for name in needed if not found.get(f"oauth_{name}")]
    if missing:
        raise OAuthError(f"missing oauth_{missing[0]}")
    found["oauth_signature"] = unquote(found["oauth_signature"])
    return found


def base_string(method: str, url: str, parameters: dict[str, str], prepend: str = "") -> str:
    """Return the text that is signed.

    Parameters
    ----------
    url
        Address without the query: IBKR's clients do not sign it.
    parameters
        All of the header but realm and signature.
    prepend
        The access token secret in hexadecimal, for the request of a live session token alone.
    """
    pairs = "&".join(f"{key}={value}" for key, value in sorted(parameters.items()))
    return f"{prepend}{method}&{quote_plus(url)}&{quote_plus(pairs)}"


def sign_byte_form(number: int) -> bytes:
    """Return a positive number as a signed big-endian integer in the fewest bytes.

    Where its highest bit opens a byte, a zero byte goes before it, lest it read as negative.
    """
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def live_session_token(shared: int, secret: bytes) -> bytes:
    """Return the 20 bytes of the token: HMAC-SHA1 of `secret` under the shared number."""
    return hmac.digest(sign_byte_form(shared), secret, hashlib.sha1)


class TokenDesk:
    """Gives out live session tokens, and verifies what is signed with them.

    Tokens are independent of each other: a new one does not end those before it.

    Parameters
    ----------
    credentials
        Of the one client there is.
    token_life_s
        How long a token is good, in seconds.
    private_number
        Source of the server's half of Diffie-Hellman; random unless a test needs a certain one.
    clock
        Source of Unix time in seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        token_life_s: float = 86_400.0,
        private_number: Callable[[], int] = lambda: secrets.randbits(256),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.credentials = credentials
        self.token_life_s = token_life_s
        self._private_number = private_number
        self._clock = clock
        self._tokens: dict[bytes, float] = {}  # token -> Unix time at which it ends

    def issue(self, method: str, urls: Iterable[str], header: str) -> dict[str, Any]:
        """Verify the request of a token, and return the answer to it.

        Parameters
        ----------
        urls
            The spellings of the address that the client may have signed.

        Raises
        ------
        OAuthError
            When anything about the request is wrong.
        """
        parameters = parse_header(header)
        self._check_client(parameters, "RSA-SHA256")
        signature = parameters.pop("oauth_signature")
        prepend = self.credentials.secret.hex()
        if not any(
            self._signed_by_key(signature, base_string(method, url, parameters, prepend))
            for url in urls
        ):
            raise OAuthError("LST failed, error: signature is not valid")
        response, token = self._agree(parameters.get("diffie_hellman_challenge", ""))
        expires = self._clock() + self.token_life_s
        self._tokens[token] = expires
        proof = hmac.new(token, self.credentials.consumer_key.encode(), hashlib.sha1)
        return {
            "diffie_hellman_response": f"{response:x}",
            "live_session_token_signature": proof.hexdigest(),
            "live_session_token_expiration": int(expires * 1000),
        }

    def verify(self, method: str, urls: Iterable[str], header: str) -> None:
        """Verify the signature of a request.

        A nonce may come again: clients repeat a request that got no answer as it was.

        Raises
        ------
        OAuthError
            When anything about it is wrong, or the token has ended.
        """
        parameters = parse_header(header)
        self._check_client(parameters, "HMAC-SHA256")
        signature = parameters.pop("oauth_signature")
        texts = [base_string(method, url, parameters).encode() for url in urls]
        now = self._clock()
        self._tokens = {token: ends for token, ends in self._tokens.items() if ends > now}
        for token in self._tokens:
            for text in texts:
                right = base64.b64encode(hmac.digest(token, text, hashlib.sha256)).decode()
                if hmac.compare_digest(right, signature):
                    return
        raise OAuthError("Invalid signature")

    def knows(self, access_token: str) -> bool:
        """Tell whether that access token was given out, and a live session token is good."""
        now = self._clock()
        good = any(ends > now for ends in self._tokens.values())
        return good and access_token == self.credentials.access_token

    def forget(self) -> None:
        """End all live session tokens."""
        self._tokens.clear()

    def _check_client(self, parameters: dict[str, str], signature_method: str) -> None:
        if parameters["oauth_consumer_key"] != self.credentials.consumer_key:
            raise OAuthError("Invalid Consumer")
        if parameters["oauth_token"] != self.credentials.access_token:
            raise OAuthError("LST failed, error: No access secret key found for the token")
        if parameters["oauth_signature_method"] != signature_method:
            raise OAuthError("Invalid signature method")
        try:
            age = abs(self._clock() - int(parameters["oauth_timestamp"]))
        except ValueError as failure:
            raise OAuthError("Invalid timestamp") from failure
        if age > CLOCK_TOLERANCE_S:
            raise OAuthError("Invalid timestamp")

    def _signed_by_key(self, signature: str, text: str) -> bool:
        try:
            self.credentials.signature_key.verify(
                base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, binascii.Error):
            return False
        return True

    def _agree(self, challenge: str) -> tuple[int, bytes]:
        # A client's number of 0, 1 or p-1 would make a secret that anyone knows.
        prime = self.credentials.prime
        try:
            theirs = int(challenge, 16)
        except ValueError as failure:
            raise OAuthError("LST failed, error: invalid challenge") from failure
        if not 1 < theirs < prime - 1:
            raise OAuthError("LST failed, error: invalid challenge")
        ours = self._private_number()
        shared = pow(theirs, ours, prime)
        response = pow(self.credentials.generator, ours, prime)
        return response, live_session_token(shared, self.credentials.secret)
