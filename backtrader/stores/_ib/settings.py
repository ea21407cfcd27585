"""Where to connect, as whom, and how: out of parameters and the environment.

Nothing is connected here. Explicit parameters win over ``oauth_config``, that over the environment
(``IBKR_OAUTH_*``, then ibind's own ``IBIND_OAUTH1A_*``).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ...errors import SettingsError, near_miss
from .masking import masked_account

__all__ = ["CONNECTION_PARAMETERS", "UPSTREAM_PARAMETERS", "OAuth", "Settings"]
__all__ += ["opened_to_others", "resolve"]

PAPER_PORTS = frozenset({7497, 4002})
TWS_PORTS = frozenset({7496, 4001}) | PAPER_PORTS
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OAUTH_URL = "https://api.ibkr.com/v1/api/"

# parameters of the store beyond upstream's, with their defaults
CONNECTION_PARAMETERS: tuple[tuple[str, Any], ...] = (
    ("use_oauth", None),
    ("account_id", None),
    ("paper_only", None),
    ("oauth_config", None),
    ("access_token", None),
    ("access_token_secret", None),
    ("consumer_key", None),
    ("dh_prime", None),
    ("dh_generator", None),
    ("encryption_key_fp", None),
    ("encryption_key", None),
    ("signature_key_fp", None),
    ("signature_key", None),
    ("realm", None),
    ("url", None),
    ("gateway_url", None),
    ("ws_url", None),
    ("gateway_port", 5000),
    ("cacert", None),
    ("compete", True),
    ("pacing", True),
    ("request_timeout", 10.0),
    ("patience", 30.0),
    ("keepalive", 60.0),
    ("first_pause", 0.5),
    ("longest_pause", 60.0),
)

# upstream's, with their defaults; only timeout, reconnect, host and port are read here
_ADDRESS = {"host": "127.0.0.1", "port": 7496, "clientId": None}
_TALK = {"notifyall": False, "_debug": False}
_PATIENCE = {"reconnect": 3, "timeout": 3.0}
_HABITS = {"timeoffset": True, "timerefresh": 60.0, "indcash": True}
UPSTREAM_PARAMETERS: tuple[tuple[str, Any], ...] = tuple(
    {**_ADDRESS, **_TALK, **_PATIENCE, **_HABITS}.items()
)

# field of OAuth -> names in the environment, the first that is set wins
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "access_token": ("IBKR_OAUTH_ACCESS_TOKEN", "IBIND_OAUTH1A_ACCESS_TOKEN"),
    "access_token_secret": ("IBKR_OAUTH_ACCESS_TOKEN_SECRET", "IBIND_OAUTH1A_ACCESS_TOKEN_SECRET"),
    "consumer_key": ("IBKR_OAUTH_CONSUMER_KEY", "IBIND_OAUTH1A_CONSUMER_KEY"),
    "dh_prime": ("IBKR_OAUTH_DH_PRIME", "IBIND_OAUTH1A_DH_PRIME"),
    "dh_generator": ("IBKR_OAUTH_DH_GENERATOR", "IBIND_OAUTH1A_DH_GENERATOR"),
    "encryption_key_fp": ("IBKR_OAUTH_ENCRYPTION_KEY_FP", "IBIND_OAUTH1A_ENCRYPTION_KEY_FP"),
    "encryption_key": ("IBKR_OAUTH_ENCRYPTION_KEY", "IBIND_OAUTH1A_ENCRYPTION_KEY"),
    "signature_key_fp": ("IBKR_OAUTH_SIGNATURE_KEY_FP", "IBIND_OAUTH1A_SIGNATURE_KEY_FP"),
    "signature_key": ("IBKR_OAUTH_SIGNATURE_KEY", "IBIND_OAUTH1A_SIGNATURE_KEY"),
    "realm": ("IBKR_OAUTH_REALM", "IBIND_OAUTH1A_REALM"),
    "live_session_token_endpoint": ("IBIND_OAUTH1A_LIVE_SESSION_TOKEN_ENDPOINT",),
    "oauth_rest_url": ("IBIND_OAUTH1A_REST_URL",),
    "oauth_ws_url": ("IBIND_OAUTH1A_WS_URL",),
}
OAUTH_DEFAULTS = {
    "dh_generator": "2",
    "realm": "limited_poa",
    "live_session_token_endpoint": "oauth/live_session_token",
}
# switches of ibind's own configuration that mean nothing here: the session is opened and kept by us
IGNORED = frozenset({"init_oauth", "init_brokerage_session", "maintain_oauth", "shutdown_oauth"})


@dataclass(frozen=True, slots=True)
class OAuth:
    """Credentials of OAuth 1.0a. Only the paths and plain settings appear in the repr."""

    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)
    consumer_key: str = field(repr=False)
    dh_prime: str = field(repr=False)
    dh_generator: int
    encryption_key_fp: str | None
    encryption_key: str | None = field(repr=False)
    signature_key_fp: str | None
    signature_key: str | None = field(repr=False)
    realm: str
    live_session_token_endpoint: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be seen anywhere."""
        secret = (self.access_token, self.access_token_secret, self.consumer_key, self.dh_prime)
        keys = (self.encryption_key, self.signature_key)
        return secret + tuple(key for key in keys if key)


@dataclass(frozen=True, slots=True)
class Settings:
    """What `resolve` found. Times are in seconds.

    `notes` are texts that the user should be told, once. `account_id` is "" when the login decides.
    """

    rest_url: str
    ws_url: str
    cacert: str | bool  # path of a CA file; True: the usual ones; False: do not verify
    oauth: OAuth | None
    account_id: str = field(repr=False)
    paper_only: bool
    compete: bool
    pacing: bool
    correct_clock: bool
    timeout: float
    reconnect: int
    request_timeout_s: float
    patience_s: float
    keepalive_s: float
    first_pause_s: float
    longest_pause_s: float
    notes: tuple[str, ...] = ()

    @property
    def opening_s(self) -> float:
        """The longest time that opening may take."""
        return max(self.timeout, 1.0) * max(self.reconnect, 1)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be seen anywhere."""
        return self.oauth.secrets if self.oauth else ()


class _Sources:
    """Looks a setting up: parameters, then ``oauth_config``, then the environment."""

    def __init__(self, params: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self.params = params
        self.environ = environ
        self.config = _config_fields(params.get("oauth_config"))

    def param(self, name: str, default: Any = None) -> Any:
        value = self.params.get(name)
        return default if value is None else value

    def env(self, *names: str) -> str | None:
        return next((self.environ[name] for name in names if self.environ.get(name)), None)

    def oauth(self, name: str) -> Any:
        for value in (self.params.get(name), self.config.get(name)):
            if value not in (None, ""):
                return value
        return self.env(*ENVIRONMENT[name]) or OAUTH_DEFAULTS.get(name)


def resolve(params: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that follow from parameters and environment.

    Parameters
    ----------
    params
        By the names of `UPSTREAM_PARAMETERS` and `CONNECTION_PARAMETERS`; missing ones have their
        defaults, unknown ones are ignored.
    environ
        ``os.environ`` by default.

    Raises
    ------
    SettingsError
        All that is missing is named at once; or settings contradict each other.
    """
    known = UPSTREAM_PARAMETERS + CONNECTION_PARAMETERS
    merged = {name: params.get(name, default) for name, default in known}
    sources = _Sources(merged, os.environ if environ is None else environ)
    notes: list[str] = []
    oauth = _oauth(sources, notes) if _wants_oauth(sources) else None
    rest_url = _rest_url(sources, oauth is not None, notes)
    ws_url = _ws_url(sources, rest_url, oauth is not None)
    _check_stream(ws_url, oauth is not None, notes)
    return Settings(
        rest_url=rest_url,
        ws_url=ws_url,
        cacert=_cacert(sources, rest_url, ws_url),
        oauth=oauth,
        account_id=_account(sources),
        paper_only=_paper_only(sources),
        compete=bool(merged["compete"]),
        pacing=bool(merged["pacing"]),
        correct_clock=bool(merged["timeoffset"]),
        timeout=float(merged["timeout"]),
        reconnect=int(merged["reconnect"]),
        request_timeout_s=_positive(merged, "request_timeout"),
        patience_s=_positive(merged, "patience"),
        keepalive_s=_positive(merged, "keepalive"),
        first_pause_s=_positive(merged, "first_pause"),
        longest_pause_s=_positive(merged, "longest_pause"),
        notes=tuple(notes),
    )


def _positive(params: Mapping[str, Any], name: str) -> float:
    value = float(params[name])
    if not value > 0.0:
        raise SettingsError(f"{name} must be greater than zero, not {value!r}")
    return value


def _port(sources: _Sources) -> int:
    try:
        return int(sources.param("port", 0))
    except (TypeError, ValueError):
        raise SettingsError(f"port must be a number, not {sources.param('port')!r}") from None


def account_of(params: Mapping[str, Any]) -> str:
    """Return the account that parameters or environment name; "" where the login decides."""
    return _account(_Sources(params, os.environ))


def _account(sources: _Sources) -> str:
    account = sources.param("account_id") or sources.env("IBKR_ACCOUNT_ID", "IBIND_ACCOUNT_ID")
    return str(account or "").strip()


def _paper_only(sources: _Sources) -> bool:
    said = sources.param("paper_only")
    return _port(sources) in PAPER_PORTS if said is None else bool(said)


def _wants_oauth(sources: _Sources) -> bool:
    """Return whether OAuth is meant: said so, or credentials given as parameters."""
    said = sources.params.get("use_oauth")
    if said is not None:
        return bool(said)
    given = [name for name in ENVIRONMENT if sources.params.get(name) not in (None, "")]
    if given or sources.params.get("oauth_config") is not None:
        return True
    return (sources.env("IBIND_USE_OAUTH") or "").lower() in ("1", "true", "yes", "on", "t", "y")


def _config_fields(config: Any) -> dict[str, Any]:
    """Return the fields of a dict or of an ``OAuth1aConfig``."""
    if config is None:
        return {}
    if not isinstance(config, Mapping):
        return {name: getattr(config, name, None) for name in ENVIRONMENT}
    known = set(ENVIRONMENT) | IGNORED
    for name in config:
        if name not in known:
            hint = near_miss(str(name), sorted(ENVIRONMENT))
            raise SettingsError(f"oauth_config: unknown field {name!r}{hint}")
    return dict(config)


def _oauth(sources: _Sources, notes: list[str]) -> OAuth:
    found = {one.name: sources.oauth(one.name) for one in fields(OAuth)}
    missing = [
        name
        for name in ("access_token", "access_token_secret", "consumer_key", "dh_prime")
        if not found[name]
    ]
    for kind in ("encryption_key", "signature_key"):
        if found[kind]:
            continue
        path = found[f"{kind}_fp"]
        if not path:
            missing.append(f"{kind}_fp")
        elif not os.path.isfile(path):
            missing.append(f"{kind}_fp (no file {path})")
        else:
            _note_open_file(f"{kind}_fp", path, notes)
    if missing:
        raise SettingsError(f"OAuth: missing {', '.join(_with_variable(one) for one in missing)}")
    return OAuth(**{**found, "dh_generator": _generator(found["dh_generator"])})


def _with_variable(name: str) -> str:
    """Return the name of a setting with that of its environment variable."""
    return name if "(" in name else f"{name} ({ENVIRONMENT[name][0]})"


def _generator(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SettingsError("OAuth: dh_generator must be a number") from None


def opened_to_others(path: str) -> int | None:
    """Return the mode of a file that others than its owner may read or change; None where they may
    not, or where the system has no such modes.
    """
    mode = stat.S_IMODE(os.stat(path).st_mode)
    return mode if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO) else None


def _note_open_file(name: str, path: str, notes: list[str]) -> None:
    mode = opened_to_others(path)
    if mode is not None:
        notes.append(
            f"{name}: others than you may read or change {path} (mode {mode:03o});"
            " chmod 600 keeps the key to yourself"
        )


def _rest_url(sources: _Sources, oauth: bool, notes: list[str]) -> str:
    url = _oauth_url(sources) if oauth else _gateway_url(sources, notes)
    _check_scheme(url, oauth, notes)
    return url


def _oauth_url(sources: _Sources) -> str:
    return _with_slash(sources.param("url") or sources.oauth("oauth_rest_url") or OAUTH_URL)


def _gateway_url(sources: _Sources, notes: list[str]) -> str:
    url = sources.param("url") or sources.param("gateway_url")
    if url:
        return _with_slash(url)
    host, port = str(sources.param("host", "127.0.0.1")), _port(sources)
    if port not in TWS_PORTS:
        return f"https://{host}:{port}/v1/api/"
    gateway_port = int(sources.param("gateway_port", 5000))
    notes.append(
        f"port {port} is one of TWS, which is not used: connecting to the Client Portal Gateway at"
        f" {host}:{gateway_port}"
    )
    return f"https://{host}:{gateway_port}/v1/api/"


def _with_slash(url: str) -> str:
    parts = urlsplit(str(url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"not an address of the form https://host:port/v1/api/: {url!r}")
    return f"{url}" if str(url).endswith("/") else f"{url}/"


def _ws_url(sources: _Sources, rest_url: str, oauth: bool) -> str:
    given = sources.param("ws_url") or (sources.oauth("oauth_ws_url") if oauth else None)
    if given:
        return str(given)
    parts = urlsplit(rest_url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, f"{parts.path}ws", "", ""))


def _check_stream(ws_url: str, oauth: bool, notes: list[str]) -> None:
    """Hold the address of the stream to what holds for that of the requests."""
    parts = urlsplit(ws_url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise SettingsError(f"not an address of the form wss://host:port/v1/api/ws: {ws_url!r}")
    if parts.scheme == "wss" or _is_local(ws_url):
        return
    if oauth:
        raise SettingsError("OAuth over an unencrypted ws:// address is refused")
    note = f"the connection to {parts.hostname} is not encrypted (ws://)"
    if note.replace("ws:", "http:") not in notes:
        notes.append(note)


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


def _check_scheme(rest_url: str, oauth: bool, notes: list[str]) -> None:
    if urlsplit(rest_url).scheme == "https" or _is_local(rest_url):
        return
    if oauth:
        raise SettingsError("OAuth over an unencrypted http:// address is refused")
    notes.append(f"the connection to {urlsplit(rest_url).hostname} is not encrypted (http://)")


def _cacert(sources: _Sources, rest_url: str, ws_url: str) -> str | bool:
    value = sources.param("cacert")
    if value is None:
        value = sources.env("IBIND_CACERT")
        value = None if str(value).lower() in ("false", "0", "no", "none") else value
    if value is None or value is True:
        return True
    if value is False:
        for url in (rest_url, ws_url):
            if not _is_local(url):
                raise SettingsError(
                    "cacert=False (certificate not verified) is for a gateway on this machine only;"
                    f" {urlsplit(url).hostname} needs the path of its certificate"
                )
        return False
    if not os.path.isfile(value):
        raise SettingsError(f"cacert: there is no file {value}")
    return str(value)


def unknown_account(account_id: str, accounts: list[str]) -> SettingsError:
    """Return the error for an account that the login does not have."""
    known = ", ".join(masked_account(one) for one in accounts) or "none"
    return SettingsError(f"account {masked_account(account_id)} is not one of this login: {known}")
