"""The command bt-ib: each thing that can be wrong is explained, and no secret is shown."""

import contextlib
import logging
import os
import socket
import stat
import subprocess
import sys

import pytest

from backtrader.errors import SettingsError
from backtrader.ibsim import Fault, Instrument, Simulator, Tape
from backtrader.ibsim.samples import sample_tapes
from backtrader.stores._ib.command import main
from backtrader.stores._ib.credentials import credential_findings
from backtrader.stores._ib.doctor import Doctor
from backtrader.stores._ib.findings import Level
from backtrader.stores._ib.keygen import make_keys
from backtrader.stores._ib.settings import resolve

# the 2048-bit group of RFC 7919: a safe prime, and not the one of the simulator
OTHER_PRIME = (
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695"
    "a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a"
    "d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935"
    "984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a"
    "bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4"
    "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61"
    "9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005"
    "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff"
)
AAPL = "AAPL-STK-SMART-USD"


@pytest.fixture(scope="module")
def tapes():
    return sample_tapes(seed=3, history_days=1)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("keys") / "ibkr", prime_bits=512)


@pytest.fixture(scope="module")
def oauth(tapes):
    """A simulator that wants OAuth; making its keys takes a while, so it is one for all."""
    with Simulator(tapes, oauth=True, pacing=False) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def credentials(oauth):
    return oauth.oauth_settings


@pytest.fixture
def start(tapes):
    """Start simulators; all are stopped at the end."""
    with contextlib.ExitStack() as stack:

        def begin(tapes=tapes, **settings):
            return stack.enter_context(Simulator(tapes, pacing=False, **settings))

        yield begin


def examined(simulator, symbol=AAPL, **params):
    """What the doctor finds about a simulator."""
    given = {"url": simulator.rest_url, "timeout": 20.0, "reconnect": 1, "pacing": False}
    if simulator.tls:
        given["cacert"] = str(simulator.certificate)
    if simulator.sessions.oauth:
        given["oauth_config"] = simulator.oauth_settings
    given |= {"compete": False, "request_timeout": 10.0, **params}
    return list(Doctor(given, {}, symbol).examine())


def failure(findings):
    """The one finding that fails, as text: what comes after it is not looked at."""
    (found,) = (each for each in findings if each.level is Level.FAILED)
    assert found.text and found.remedy
    return f"{found.subject}: {found.text} -> {found.remedy}"


def check_soundness(findings):
    assert [each for each in findings if each.level is not Level.GOOD] == []
    subjects = {each.subject for each in findings}
    assert {"address", "clock", "login", "account", "market data", "history"} <= subjects


def test_a_sound_gateway_has_nothing_wrong(start):
    check_soundness(examined(start()))


def test_sound_credentials_are_tried_without_trading_or_throwing_anybody_out(oauth):
    check_soundness(examined(oauth))
    served = oauth.requests()
    inits = [one.body for one in served if one.path.endswith("ssodh/init")]
    assert inits and not any(body["compete"] for body in inits)
    posts = {one.path for one in served if one.method != "GET"}
    assert posts <= {
        "oauth/live_session_token",
        "tickle",
        "iserver/auth/status",
        "iserver/auth/ssodh/init",
        "logout",
    }


# what it explains, one by one


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"consumer_key": "OTHERKEYS"}, "does not know the consumer key"),
        ({"access_token": "0123456789"}, "does not know the access token"),
        ({"dh_prime": OTHER_PRIME}, "computed differ"),
    ],
)
def test_credentials_that_ibkr_has_otherwise(oauth, changed, told):
    findings = examined(oauth, oauth_config={**oauth.oauth_settings, **changed})
    assert told in failure(findings)
    assert next(iter(changed.values())) not in str(findings)


def test_a_live_session_token_is_refused(oauth, keys):
    config = {**oauth.oauth_settings, "signature_key_fp": str(keys.private_signature)}
    told = failure(examined(oauth, oauth_config=config))
    assert "login: IBKR refuses to give a live session token (LST)" in told


def test_nobody_is_logged_in_at_the_gateway(start):
    simulator = start()
    simulator.lose_session()
    assert "login: the gateway runs, but nobody is logged in" in failure(examined(simulator))


def test_a_login_without_a_brokerage_session(start):
    simulator = start()
    simulator.nightly_reset(60.0)
    told = failure(examined(simulator))
    assert "brokerage session: there is a login, but no brokerage session (no bridge)" in told


def test_a_competing_session(start):
    simulator = start()
    simulator.take_over()
    assert "another program of this user name holds" in failure(examined(simulator))
    check_soundness(examined(simulator, compete=True))


@pytest.mark.parametrize(
    ("letters", "level", "told"),
    [
        ("N", Level.FAILED, "no permission for market data of HIDDEN"),
        ("O", Level.FAILED, "agreement on market data by API"),
        ("DPB", Level.WARNING, "delayed by 15 to 20 minutes"),
    ],
)
def test_market_data_that_is_not_served(start, letters, level, told):
    instrument = Instrument(900000077, "HIDDEN", market_data=letters)
    simulator = start(Tape(instrument, [(1_767_000_000_000, 10.0, 1.0)]))
    findings = examined(simulator, symbol="HIDDEN-STK-SMART-USD")
    (found,) = (each for each in findings if each.subject == "market data")
    assert found.level is level and told in found.text and found.remedy


def test_a_market_without_prices_is_no_failure(start):
    findings = examined(start(tapes=None))
    warned = {each.subject for each in findings if each.level is Level.WARNING}
    assert warned == {"market data", "history"}


def test_a_certificate_that_signs_itself(start):
    told = failure(examined(start(), cacert=True))
    assert "certificate of the server is not trusted" in told and "--cacert" in told


def test_https_where_http_is_spoken(start):
    simulator = start(tls=False)
    url = simulator.rest_url.replace("http:", "https:")
    assert "speaks plain http" in failure(examined(simulator, url=url, cacert=False))


def test_nobody_listens(start):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{probe.getsockname()[1]}/v1/api/"
    assert "nobody listens at that address" in failure(examined(start(), url=url))


@pytest.mark.parametrize(
    ("ahead_s", "level"), [(-600.0, Level.FAILED), (60.0, Level.WARNING), (2.0, Level.GOOD)]
)
def test_a_clock_that_is_wrong(start, ahead_s, level):
    simulator = start()
    simulator.desk.clock_ahead_s = ahead_s
    (found,) = (each for each in examined(simulator) if each.subject == "clock")
    assert found.level is level
    assert ("fast" if ahead_s < 0 else "slow") in found.text or level is Level.GOOD


def test_an_account_of_somebody_else(start):
    told = failure(examined(start(), account_id="DU7654321"))
    assert "not one of this login" in told and "DU7654321" not in told


def test_too_many_requests(start):
    simulator = start()
    simulator.faults.add(Fault("too_many", path="tickle", count=50))
    assert "too many requests" in failure(examined(simulator))


def test_a_stream_that_does_not_come_about(start):
    findings = examined(start(), ws_url="wss://127.0.0.1:1/v1/api/ws", timeout=1.0)
    assert "stream does not come about" in failure(findings)


# credentials, before anybody is asked


def credential_failure(credentials, **changed):
    settings = resolve({"oauth_config": {**credentials, **changed}, "url": "http://127.0.0.1/"}, {})
    findings = credential_findings(settings.oauth)
    bad = [each for each in findings if each.level not in (Level.GOOD, Level.SKIPPED)]
    told = str(findings)
    assert not any(value in told for name, value in changed.items() if not name.endswith("_fp"))
    return "; ".join(f"{each.subject}: {each.text}" for each in bad)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"dh_prime": f"-{OTHER_PRIME}"}, "it is negative"),
        ({"dh_prime": f"00:{OTHER_PRIME}"}, "something else than hexadecimal digits"),
        ({"dh_prime": OTHER_PRIME[:-2]}, "it has 2040 bits"),
        ({"dh_prime": f"{OTHER_PRIME[:-1]}d"}, "no safe prime"),
        ({"consumer_key": "abc"}, "it has 3 characters"),
        ({"access_token_secret": "not base64!"}, "no base64"),
        ({"access_token_secret": "AAAA"}, "the encryption key does not open it"),
        ({"encryption_key": "no key"}, "no private key in PEM format"),
    ],
)
def test_a_credential_that_cannot_work(credentials, changed, told):
    assert told in credential_failure(credentials, **changed)


def test_a_prime_may_have_a_sign_byte(credentials):
    assert credential_failure(credentials, dh_prime=f"00{OTHER_PRIME}") == ""


def test_a_secret_for_another_key(credentials, keys):
    told = credential_failure(credentials, encryption_key_fp=str(keys.private_encryption))
    assert told == "access token secret: the encryption key does not open it"


def test_a_public_key_in_place_of_the_private_one(credentials, keys):
    told = credential_failure(credentials, signature_key_fp=str(keys.public_signature))
    assert "signature key: it is the public half" in told


def test_one_key_for_both_purposes(credentials):
    path = credentials["encryption_key_fp"]
    assert "same key" in credential_failure(credentials, signature_key_fp=path)


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes")
def test_a_key_that_others_may_read(credentials, keys, tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(keys.private_signature.read_bytes())
    path.chmod(0o640)
    told = credential_failure(credentials, signature_key_fp=str(path))
    assert "others than you may read or change" in told and "640" in told


# keys


def test_keys_are_for_their_owner_alone_and_fit_each_other(keys):
    if os.name == "posix":
        for path in (keys.private_encryption, keys.private_signature, keys.environment):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for path, kind in ((keys.public_encryption, b"PUBLIC"), (keys.parameters, b"DH PARAMETERS")):
        assert kind in path.read_bytes()
    text = keys.environment.read_text()
    assert str(keys.private_encryption) in text and "IBKR_OAUTH_DH_PRIME=" in text


def test_keys_that_are_there_are_kept(keys):
    before = keys.private_signature.read_bytes()
    with pytest.raises(SettingsError, match="are kept"):
        make_keys(keys.environment.parent, prime_bits=512)
    assert keys.private_signature.read_bytes() == before


# the command


def test_the_command_reads_a_file_and_shows_no_secret(oauth, tmp_path, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    config = oauth.oauth_settings
    lines = [f"IBKR_OAUTH_{name.upper()}={value}" for name, value in config.items()]
    lines += [f"IBIND_CACERT={oauth.certificate}", 'export IBKR_ACCOUNT_ID="DU1234567"']
    path = tmp_path / "ibkr.env"
    path.write_text("# mine\n" + "\n".join(lines))
    path.chmod(0o600)
    arguments = ["doctor", "--oauth", "--url", oauth.rest_url, "--env-file", str(path)]
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert shown.endswith("all is well\n") and "WARN" not in shown
    assert "oauth/live_session_token" in caplog.text
    shown += caplog.text
    for name in ("access_token", "access_token_secret", "consumer_key", "dh_prime"):
        assert config[name] not in shown
    assert "DU1234567" not in shown and "DU***567" in shown


def test_the_command_says_what_is_missing(capsys, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("IBKR_", "IBIND_OAUTH")):
            monkeypatch.delenv(name)
    assert main(["doctor", "--oauth", "--offline"]) == 1
    assert "missing access_token (IBKR_OAUTH_ACCESS_TOKEN)" in capsys.readouterr().out


def test_a_file_of_settings_that_is_none(tmp_path, capsys):
    path = tmp_path / "x.env"
    path.write_text("IBKR_OAUTH_ACCESS_TOKEN secret")
    assert main(["doctor", "--env-file", str(path)]) == 2
    told = capsys.readouterr().err
    assert "line 1" in told and "secret" not in told


def test_the_store_is_a_command_too():
    command = [sys.executable, "-W", "error", "-m", "backtrader.stores.ibstore", "doctor"]
    done = subprocess.run(
        [*command, "--offline"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "all is well" in done.stdout
