"""OAuth 1.0a at the simulator, with ibind's own functions on the other side."""

import base64
import re
import secrets
import time

import pytest
import requests
from ibind import IbkrClient, IbkrWsClient, subscriptions
from ibind.oauth.oauth1a import (
    OAuth1aConfig,
    calculate_live_session_token,
    generate_oauth_headers,
    prepare_oauth,
    validate_live_session_token,
)
from ibind.support.errors import ExternalBrokerError

from backtrader.ibsim import Simulator
from backtrader.ibsim.oauth import (
    OAuthError,
    TokenDesk,
    live_session_token,
    make_credentials,
    parse_header,
    sign_byte_form,
)

from .conftest import eventually
from .stand_in import StandIn

with_stand_in = pytest.mark.parametrize("ibsim_oauth", [{"source": StandIn()}], indirect=True)


@pytest.fixture
def sim(ibsim_oauth):
    return ibsim_oauth


def config_of(sim, **changes):
    settings = {**sim.oauth_settings, "oauth_rest_url": sim.rest_url, "maintain_oauth": False}
    return OAuth1aConfig(**{**settings, **changes})


def client_of(sim, **changes):
    return IbkrClient(
        account_id=sim.account_id,
        use_oauth=True,
        oauth_config=config_of(sim, **changes),
        timeout=5,
        max_retries=0,
    )


@pytest.fixture
def client(sim):
    made = client_of(sim)
    yield made
    made.close()


# -- the handshake


def test_ibind_gets_a_token_and_a_brokerage_session(ibsim_oauth):
    client = client_of(ibsim_oauth)
    assert client.check_auth_status() is True
    lasts_s = client.live_session_token_expires_ms / 1000 - time.time()
    assert lasts_s == pytest.approx(86_400, abs=60)
    assert [request.path for request in ibsim_oauth.requests()] == [
        "oauth/live_session_token",
        "iserver/auth/ssodh/init",
        "iserver/auth/status",
    ]
    client.close()


def test_a_client_with_a_ticker_closes(sim):
    client = client_of(sim, maintain_oauth=True)
    client.close()
    assert sim.requests()[-1].path == "logout"


@with_stand_in
def test_all_methods_paths_and_queries_are_signed_as_ibind_signs_them(sim, client):
    assert client.receive_brokerage_accounts().data["accounts"] == [sim.account_id]
    assert client.get("portfolio/U 1/positions/0/", {"force": True}).data == {
        "captured": {"account": "U 1", "page": "0"},
        "params": {"force": "True"},
    }
    assert client.post(f"iserver/account/{sim.account_id}/orders", {"orders": []}).data
    with pytest.raises(ExternalBrokerError) as caught:
        client.delete("iserver/nothing")
    assert caught.value.status_code == 404


def test_the_answer_of_tickle_has_no_gateway_in_it(client):
    assert client.tickle().data.keys() == {"session", "hmds", "iserver"}


def test_the_name_of_the_machine_may_be_spelt_differently(sim):
    client = client_of(sim, oauth_rest_url=sim.rest_url.replace("127.0.0.1", "localhost"))
    assert client.check_auth_status() is True
    client.close()


@with_stand_in
def test_without_a_brokerage_session_there_is_no_bridge(sim):
    client = client_of(sim, init_brokerage_session=False)
    with pytest.raises(ExternalBrokerError, match="no bridge"):
        client.receive_brokerage_accounts()
    assert client.portfolio_accounts().data[0]["id"] == sim.account_id
    client.initialize_brokerage_session()
    assert client.receive_brokerage_accounts().data
    client.close()


# -- what is refused


def other_key(tmp_path):
    return str(make_credentials(tmp_path).signature_key_path)


@pytest.mark.parametrize(
    "changed, text",
    [
        ({"consumer_key": "SOMEONE"}, "Invalid Consumer"),
        ({"access_token": "0123456789"}, "No access secret key found"),
        ({"signature_key_fp": other_key}, "signature is not valid"),
        ({"dh_generator": "0"}, "invalid challenge"),
    ],
)
def test_wrong_credentials_are_refused(sim, tmp_path, changed, text):
    changed = {k: v(tmp_path) if callable(v) else v for k, v in changed.items()}
    with pytest.raises(ExternalBrokerError, match=text) as caught:
        client_of(sim, **changed)
    assert caught.value.status_code == 401
    assert '"statusCode":401' in str(caught.value)


def test_a_wrong_secret_is_refused(sim, tmp_path):
    stranger = make_credentials(tmp_path)
    with pytest.raises(ExternalBrokerError) as caught:
        client_of(
            sim,
            access_token_secret=stranger.access_token_secret,
            encryption_key_fp=str(stranger.encryption_key_path),
        )
    assert caught.value.status_code == 401


def test_a_request_with_another_token_is_refused(sim, client):
    client.live_session_token = base64.b64encode(secrets.token_bytes(20)).decode()
    with pytest.raises(ExternalBrokerError, match="Invalid signature") as caught:
        client.tickle()
    assert caught.value.status_code == 401
    client.generate_live_session_token()
    assert client.tickle().data["session"]


def test_a_request_without_signature_is_refused(sim):
    answer = requests.post(sim.rest_url + "tickle", timeout=5)
    assert (answer.status_code, answer.json()["statusCode"]) == (401, 401)
    forged = {"Authorization": 'OAuth realm="limited_poa", oauth_token="x"'}
    assert requests.post(sim.rest_url + "tickle", headers=forged, timeout=5).status_code == 401


def test_a_signature_is_good_for_its_path_and_method_alone(sim, client):
    headers = generate_oauth_headers(
        client.oauth_config,
        "POST",
        f"{sim.rest_url}tickle",
        live_session_token=client.live_session_token,
    )
    # the same nonce again: a client repeats a request without an answer as it was
    for _ in range(2):
        assert requests.post(sim.rest_url + "tickle", headers=headers, timeout=5).ok
    for method, path in (("GET", "tickle"), ("POST", "logout"), ("POST", "tickle/")):
        answer = requests.request(method, sim.rest_url + path, headers=headers, timeout=5)
        assert (method, path, answer.status_code) == (method, path, 401)


def test_an_old_timestamp_is_refused(sim, client, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(
            "ibind.oauth.oauth1a.generate_request_timestamp", lambda: str(int(time.time()) - 3600)
        )
        with pytest.raises(ExternalBrokerError, match="timestamp"):
            client.tickle()


@pytest.mark.parametrize("ibsim_oauth", [{"token_life_s": 0.3}], indirect=True)
def test_a_token_ends_and_a_new_one_goes_on_with_the_session(sim):
    client = client_of(sim)
    session = client.tickle().data["session"]

    def refused():
        try:
            client.tickle()
        except ExternalBrokerError as failure:
            return failure.status_code == 401
        return False

    eventually(refused)
    client.generate_live_session_token()
    body = client.tickle().data
    assert (body["session"], body["iserver"]["authStatus"]["authenticated"]) == (session, True)
    client.close()


def test_a_lost_session_is_had_again_with_a_new_token(sim, client):
    session = client.tickle().data["session"]
    sim.lose_session()
    with pytest.raises(ExternalBrokerError) as caught:
        client.tickle()
    assert caught.value.status_code == 401
    client.oauth_init(maintain_oauth=False, init_brokerage_session=True)
    assert client.check_auth_status() is True
    assert client.tickle().data["session"] != session


def test_two_clients_with_the_same_credentials_share_the_session(sim, client):
    other = client_of(sim)
    assert other.tickle().data["session"] == client.tickle().data["session"]
    other.generate_live_session_token()
    assert client.check_auth_status() is True
    # closing would log both out
    other.close_session()


# -- the stream


@pytest.fixture
def stream(sim, client):
    ws = IbkrWsClient(
        account_id=sim.account_id,
        url=sim.ws_url,
        ibkr_client=client,
        use_oauth=True,
        access_token=client.oauth_config.access_token,
        cacert=str(sim.certificate),
    )
    yield ws
    if not ws.shutdown():  # it gives up when its thread sleeps; the second time it is awake
        assert ws.shutdown()


@with_stand_in
def test_ibinds_stream_works_with_oauth(stream):
    assert stream.start()
    handle = stream.subscribe(subscriptions.MarketDataSubscription(conid="1", fields=["31"]))
    assert handle.wait(5)


def test_the_stream_is_refused_without_the_token(sim, client):
    url = sim.rest_url + "ws?oauth_token="
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
    }
    assert requests.get(url + "wrong", headers=upgrade, timeout=5).status_code == 401


# -- the arithmetic


@pytest.mark.parametrize(
    "bits, length, first", [(2047, 256, None), (2048, 257, 0), (2040, 256, 0), (2039, 255, None)]
)
def test_a_shared_number_that_fills_its_bytes_gets_a_zero_byte(bits, length, first):
    data = sign_byte_form((1 << bits) - 12345)
    assert len(data) == length
    assert first is None or data[0] == first
    assert int.from_bytes(data, "big", signed=True) == (1 << bits) - 12345


def test_the_token_equals_that_of_ibind_for_every_length_of_the_shared_number():
    prime, secret = (1 << 61) - 1, b"secret of the token"
    lengths = set()
    for ours in range(2, 2000):
        theirs = 3
        shared = pow(pow(7, theirs, prime), ours, prime)
        lengths.add(shared.bit_length())
        expected = calculate_live_session_token(
            dh_prime=f"{prime:x}",
            dh_random_value=f"{theirs:x}",
            dh_response=f"{pow(7, ours, prime):x}",
            prepend=secret.hex(),
        )
        assert base64.b64encode(live_session_token(shared, secret)).decode() == expected
    assert {61, 60, 59, 56} <= lengths


@pytest.mark.parametrize("bits", [2048, 2047, 2040])
def test_the_handshake_agrees_whatever_the_length_of_the_shared_number(tmp_path, bits):
    credentials = make_credentials(tmp_path)
    config = OAuth1aConfig(oauth_rest_url="https://sim/v1/api/", **credentials.settings())
    prepend, extra, dh_random = prepare_oauth(config)
    challenge = int(extra["diffie_hellman_challenge"], 16)
    ours = 2
    while pow(challenge, ours, credentials.prime).bit_length() != bits:
        ours += 1
    desk = TokenDesk(credentials, private_number=lambda: ours)
    url = f"{config.oauth_rest_url}{config.live_session_token_endpoint}"
    headers = generate_oauth_headers(
        config,
        "POST",
        url,
        extra_headers=extra,
        signature_method="RSA-SHA256",
        prepend=prepend,
    )
    answer = desk.issue("POST", [url], headers["Authorization"])
    token = calculate_live_session_token(
        dh_prime=config.dh_prime,
        dh_random_value=dh_random,
        dh_response=answer["diffie_hellman_response"],
        prepend=prepend,
    )
    signature = answer["live_session_token_signature"]
    assert validate_live_session_token(token, signature, config.consumer_key)
    headers = generate_oauth_headers(config, "GET", url, live_session_token=token)
    desk.verify("GET", ["https://elsewhere/", url], headers["Authorization"])
    with pytest.raises(OAuthError):
        desk.verify("GET", ["https://elsewhere/"], headers["Authorization"])


def test_a_header_without_all_of_its_parts_is_refused():
    with pytest.raises(OAuthError, match="no OAuth header"):
        parse_header("Bearer abc")
    with pytest.raises(OAuthError, match="missing oauth_nonce"):
        parse_header('OAuth realm="r", oauth_consumer_key="K", oauth_token="t"')


def test_secrets_are_not_in_any_text(tmp_path):
    credentials = make_credentials(tmp_path)
    assert credentials.access_token_secret not in repr(credentials)
    assert credentials.secret.hex() not in repr(credentials)
    assert re.fullmatch(r"[A-Z]{9}", credentials.consumer_key)


def test_a_simulator_for_the_gateway_has_no_credentials():
    with pytest.raises(RuntimeError, match="oauth=True"):
        _ = Simulator(StandIn()).oauth_settings
