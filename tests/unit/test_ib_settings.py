"""Settings of the Interactive Brokers connection, out of parameters and environment."""

import logging
import os
from types import SimpleNamespace

import pytest

from backtrader.errors import SettingsError
from backtrader.stores._ib.masking import Mask, MaskingFilter, masked_account
from backtrader.stores._ib.settings import resolve

SECRETS = {
    "access_token": "token-3f9c1d",
    "access_token_secret": "c2VjcmV0LXNlY3JldA==",
    "consumer_key": "TESTCONSUMER",
    "dh_prime": "f51d7ab7c0ffee",
}


@pytest.fixture
def credentials(tmp_path):
    """Complete OAuth fields, with key files that only their owner can read."""
    found = dict(SECRETS)
    for kind in ("encryption_key", "signature_key"):
        path = tmp_path / f"{kind}.pem"
        path.write_text("a private key")
        path.chmod(0o600)
        found[f"{kind}_fp"] = str(path)
    return found


def environment(credentials, prefix):
    return {prefix + name.upper(): value for name, value in credentials.items()}


@pytest.mark.parametrize(
    ("port", "address", "paper", "notes"),
    [
        (7496, "https://localhost:5000/v1/api/", False, 1),
        (7497, "https://localhost:5000/v1/api/", True, 1),
        ("7497", "https://localhost:5000/v1/api/", True, 1),
        (4001, "https://localhost:5000/v1/api/", False, 1),
        (4002, "https://localhost:5000/v1/api/", True, 1),
        (5000, "https://localhost:5000/v1/api/", False, 0),
        (5055, "https://localhost:5055/v1/api/", False, 0),
    ],
)
def test_a_port_of_tws_means_the_gateway_at_its_own_port(port, address, paper, notes):
    settings = resolve({"host": "localhost", "port": port, "clientId": 1}, {})
    assert (settings.rest_url, settings.paper_only) == (address, paper)
    assert settings.ws_url == address.replace("https", "wss") + "ws"
    assert len(settings.notes) == notes
    assert settings.oauth is None
    assert settings.cacert is True


def test_without_parameters_upstreams_defaults_hold():
    settings = resolve({}, {})
    assert settings.rest_url == "https://127.0.0.1:5000/v1/api/"
    assert (settings.timeout, settings.reconnect, settings.account_id) == (3.0, 3, "")


@pytest.mark.parametrize("name", ["url", "gateway_url"])
def test_an_address_wins_over_host_and_port(name):
    settings = resolve({name: "http://127.0.0.1:8080/v1/api", "port": 7497}, {})
    assert settings.rest_url == "http://127.0.0.1:8080/v1/api/"
    assert settings.ws_url == "ws://127.0.0.1:8080/v1/api/ws"
    assert settings.notes == ()
    assert settings.paper_only


def test_what_the_user_says_of_paper_wins_over_the_port():
    assert not resolve({"port": 7497, "paper_only": False}, {}).paper_only
    assert resolve({"port": 7496, "paper_only": True}, {}).paper_only


@pytest.mark.parametrize("prefix", ["IBKR_OAUTH_", "IBIND_OAUTH1A_"])
def test_credentials_come_from_the_environment(credentials, prefix):
    settings = resolve({"use_oauth": True}, environment(credentials, prefix))
    assert settings.oauth.consumer_key == credentials["consumer_key"]
    assert settings.oauth.dh_generator == 2
    assert settings.rest_url == "https://api.ibkr.com/v1/api/"
    assert settings.ws_url == "wss://api.ibkr.com/v1/api/ws"
    assert settings.notes == ()


def test_parameters_win_over_config_and_that_over_the_environment(credentials):
    environ = environment(credentials, "IBKR_OAUTH_") | {
        "IBIND_OAUTH1A_CONSUMER_KEY": "IBINDKEY1",
        "IBKR_OAUTH_REALM": "test_realm",
    }
    config = {"access_token": "from-config", "dh_prime": "abcdef"}
    settings = resolve({"oauth_config": config, "access_token": "from-parameter"}, environ)
    assert settings.oauth.access_token == "from-parameter"
    assert settings.oauth.dh_prime == "abcdef"
    assert settings.oauth.consumer_key == credentials["consumer_key"]
    assert settings.oauth.realm == "test_realm"


def test_a_config_may_be_an_object_of_ibind(credentials):
    config = SimpleNamespace(**credentials, oauth_rest_url="http://127.0.0.1:1/v1/api/")
    settings = resolve({"oauth_config": config}, {})
    assert settings.oauth.access_token_secret == credentials["access_token_secret"]
    assert settings.rest_url == "http://127.0.0.1:1/v1/api/"


def test_a_misspelt_field_of_a_config_is_named():
    with pytest.raises(SettingsError, match="'acces_token', did you mean 'access_token'"):
        resolve({"oauth_config": {"acces_token": "x"}}, {})


def test_all_that_is_missing_is_named_at_once(credentials, tmp_path):
    with pytest.raises(SettingsError) as caught:
        resolve({"use_oauth": True}, {})
    for name in (*credentials, "IBKR_OAUTH_DH_PRIME", "IBKR_OAUTH_SIGNATURE_KEY_FP"):
        assert name in str(caught.value)
    del credentials["dh_prime"]
    credentials["signature_key_fp"] = str(tmp_path / "nowhere.pem")
    with pytest.raises(SettingsError) as caught:
        resolve(credentials, {})
    assert "dh_prime" in str(caught.value)
    assert "nowhere.pem" in str(caught.value)
    assert "encryption" not in str(caught.value)


def test_key_contents_stand_in_for_files(credentials):
    del credentials["encryption_key_fp"], credentials["signature_key_fp"]
    keys = {"encryption_key": "KEYONE", "signature_key": "KEYTWO"}
    assert resolve({**credentials, **keys}, {}).oauth.signature_key == "KEYTWO"


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
@pytest.mark.parametrize(("mode", "noted"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
def test_a_key_that_others_can_read_draws_a_warning(credentials, mode, noted):
    os.chmod(credentials["signature_key_fp"], mode)
    notes = resolve(credentials, {}).notes
    assert len(notes) == noted
    assert all("signature_key_fp" in note and "chmod 600" in note for note in notes)


def test_use_oauth_false_wins_over_credentials(credentials):
    assert resolve({**credentials, "use_oauth": False}, {}).oauth is None


def test_credentials_in_the_environment_alone_do_not_switch_to_oauth(credentials):
    environ = environment(credentials, "IBKR_OAUTH_")
    assert resolve({"port": 7497}, environ).oauth is None
    assert resolve({}, environ | {"IBIND_USE_OAUTH": "True"}).oauth is not None


def test_the_account_comes_from_parameter_or_environment():
    environ = {"IBIND_ACCOUNT_ID": "DU3", "IBKR_ACCOUNT_ID": "DU2"}
    assert resolve({"account_id": "DU1"}, environ).account_id == "DU1"
    assert resolve({}, environ).account_id == "DU2"
    assert resolve({}, {"IBIND_ACCOUNT_ID": "DU3"}).account_id == "DU3"


def test_a_certificate_is_left_unverified_for_this_machine_alone(tmp_path):
    assert resolve({"cacert": False}, {}).cacert is False
    with pytest.raises(SettingsError, match="this machine only"):
        resolve({"cacert": False, "host": "10.0.0.7", "port": 5000}, {})
    with pytest.raises(SettingsError, match="no file"):
        resolve({"cacert": str(tmp_path / "missing.pem")}, {})
    path = tmp_path / "ca.pem"
    path.write_text("certificate")
    assert resolve({}, {"IBIND_CACERT": str(path)}).cacert == str(path)


def test_oauth_is_verified_and_encrypted(credentials):
    with pytest.raises(SettingsError, match="unencrypted"):
        resolve({**credentials, "url": "http://api.example.com/v1/api/"}, {})
    with pytest.raises(SettingsError, match="this machine only"):
        resolve({**credentials, "cacert": False}, {})
    assert resolve({**credentials, "url": "http://127.0.0.1:9/v1/api/"}, {}).oauth


def test_an_unencrypted_gateway_elsewhere_draws_a_warning():
    assert "not encrypted" in resolve({"url": "http://ibeam:5000/v1/api"}, {}).notes[0]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"port": "abc"}, "port must be a number"),
        ({"url": "127.0.0.1:5000"}, "not an address"),
        ({"keepalive": 0}, "keepalive must be greater than zero"),
    ],
)
def test_settings_that_make_no_sense_are_refused(params, told):
    with pytest.raises(SettingsError, match=told):
        resolve(params, {})


def test_a_repr_shows_no_secret(credentials):
    settings = resolve({**credentials, "account_id": "DU1234567"}, {})
    for text in (repr(settings), str(settings), repr(settings.oauth), f"{settings!r:s}"):
        assert not any(secret in text for secret in (*SECRETS.values(), "DU1234567"))
        assert credentials["signature_key_fp"] in text
    assert set(settings.secrets) == set(SECRETS.values())


@pytest.mark.parametrize(
    ("account", "masked"),
    [
        ("DU1234567", "DU***567"),
        ("U7654321", "U***321"),
        ("DFP12345", "DFP***345"),
        ("X1", "***X1"),
    ],
)
def test_accounts_are_masked(account, masked):
    assert masked_account(account) == masked


def test_a_mask_hides_the_longer_of_two_secrets_whole():
    mask = Mask(["abcd", "abcdefgh"])
    assert mask.text("say abcdefgh and abcd, for U1234567/DU123456.") == (
        "say *** and ***, for U***567/DU***456."
    )


def test_a_filter_masks_messages_arguments_and_tracebacks(caplog):
    logger = logging.getLogger("test_ib_settings")
    masking = MaskingFilter(Mask(["hush-hush"]))
    logger.addFilter(masking)
    try:
        logger.warning("token %s", "hush-hush")
        logger.warning("%d", "hush-hush does not fit the format")
        try:
            raise ValueError("hush-hush")
        except ValueError:
            logger.exception("it failed")
    finally:
        logger.removeFilter(masking)
    assert "hush-hush" not in caplog.text
    assert "ValueError: ***" in caplog.text
