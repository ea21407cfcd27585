"""No secret leaves: neither in logs, whatever goes wrong, nor over connections that are not safe.

`make secrets` runs whole days (`soak`) with OAuth until 100 MB are written, and 60 seeds of shorter
runs; the usual run of the tests takes one of the latter.
"""

import contextlib
import itertools
import logging
import os
import socket
import ssl
import sys
import tempfile
import threading
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.brokers.iborder_ibind import IBOrder
from backtrader.errors import ConnectionFailedError, RequestRefusedError, SettingsError
from backtrader.ibsim import Fault, Simulator
from backtrader.ibsim.samples import sample_tapes
from backtrader.ibsim.tls import write_certificate
from backtrader.stores._ib.session import Connection
from backtrader.stores._ib.settings import resolve
from backtrader.stores._ib.wire import tls_options
from backtrader.stores.ibwatch import MetricsServer

from .conftest import eventually
from .secrecy import Secrets, everything_into, found_in, leaks_of
from .soak import Soak
from .test_connection import texts_of
from .test_store import settings_of, store_class

SEEDS = int(os.environ.get("BACKTRADER_SECRET_SEEDS", "1"))
BYTES = int(os.environ.get("BACKTRADER_SECRET_BYTES", "0"))


def test_no_secret_is_logged_in_runs_in_which_all_goes_wrong(tmp_path):
    found, written = leaks_of(range(4000, 4000 + SEEDS), tmp_path / "log.txt")
    assert found == []
    assert written > 10_000 * SEEDS


@pytest.mark.skipif(not BYTES, reason="whole days: make secrets")
# asyncio tells of a TLS handshake that is under way when the simulator stops
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_secret_is_logged_in_days_in_which_all_goes_wrong(tmp_path):
    written = 0
    for seed in itertools.count(2, 3):  # these sign in by OAuth
        folder = tmp_path / str(seed)
        folder.mkdir()
        day = Soak(folder, seed, log=folder / "log.txt")
        secrets = Secrets(day.sim)
        day.go()
        assert found_in(day.log, secrets.all()) == []
        written += day.log.stat().st_size
        if written >= BYTES:
            break


def test_no_secret_shows_when_a_store_trades_fails_and_prints_everything(tmp_path):
    path = tmp_path / "log.txt"
    texts = []
    with Simulator(sample_tapes(3, history_days=1), oauth=True, pacing=False) as simulator:
        secrets = Secrets(simulator)
        with everything_into(path):
            store = store_class()(**settings_of(simulator), _debug=True, notifyall=True)
            store.start()
            account = store._connection.account_id
            for code in ("ntf", "blt"):
                simulator.send({"topic": code, "args": [{"id": 1, "text": f"about {account}"}]})
            simulator.send({"topic": "error", "error": f"account {account}: no", "code": 1})
            order = IBOrder("BUY", 1, "MKT")
            store.placeOrder(store.nextOrderId(), store.resolve_symbol("AAPL"), order)
            store.reqAccountUpdates()
            figures = store.get_performance_metrics
            eventually(lambda: simulator.step(1) and figures()["fills"], 10.0, "the execution")
            store.reqPositions()
            eventually(store.get_positions, 10.0, "the position")
            simulator.faults.add(Fault("unavailable", path="portfolio/*", count=99))
            for ask in (
                lambda: store._connection.get(f"portfolio/{account}/ledger", timeout_s=0.3),
                lambda: store._connection.post(
                    f"iserver/account/{account}/nothing", {"a": account}
                ),
                lambda: store.submit_order_with_confirmation("DU7777777", {"conid": 1}),
            ):
                try:
                    texts.append(repr(ask()))
                except Exception as failure:
                    texts.extend(texts_of(failure))
            simulator.faults.clear()
            simulator.lose_session()
            eventually(lambda: figures()["reconnects"], 10.0)
            texts += [repr(each) for each in (store, store._connection, store._connection.client)]
            texts += [repr(store._connection.settings), repr(store.p), str(store.p)]
            store.stop()
    everything = secrets.all()
    assert len(everything) > 50
    assert found_in(path, everything) == []
    shown = [(secret[:4], text) for text in texts for secret in everything if secret in text]
    assert shown == []


def test_the_search_finds_a_secret(tmp_path):
    path = tmp_path / "log.txt"
    with everything_into(path):
        logging.getLogger("urllib3.connectionpool").debug("GET /?oauth_token=%s", "0123456789")
        print("0123456789")
    assert len(found_in(path, {"0123456789", "9876543210"})) == 2


@given(before=st.text(max_size=20), after=st.text(max_size=20), at=st.integers(0, 2))
def test_the_search_finds_a_secret_anywhere(before, after, at):
    secrets = ("p9/Xk2+Lq0", "p9/Xk2+LqZZ", "DU1234567")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.txt"
        path.write_text(f"{before}{secrets[at]}{after}", encoding="utf-8", newline="")
        assert [start for start, _ in found_in(path, secrets)] == [secrets[at][:4]]


# connections that are not safe


@contextlib.contextmanager
def old_server(tmp_path):
    """A server that speaks nothing newer than TLS 1.1; gives its certificate and its port."""
    certificate, key = write_certificate(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    with contextlib.suppress(OSError), plain:
                        context.wrap_socket(plain, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield certificate, listener.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()


def test_an_old_tls_is_refused(tmp_path):
    with old_server(tmp_path) as (certificate, port):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            lax = ssl.create_default_context(cafile=str(certificate))
            lax.minimum_version = ssl.TLSVersion.TLSv1
        lax.set_ciphers("ALL:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", port)) as plain:
            # somebody who does not mind gets in: it is not that the server cannot be reached
            lax.wrap_socket(plain, server_hostname="localhost").close()
        url = f"https://localhost:{port}/v1/api/"
        settings = resolve({"url": url, "cacert": str(certificate), "reconnect": 1}, {})
        with pytest.raises(ConnectionFailedError, match="no TLS connection"):
            Connection(settings).open()
        strict = tls_options(settings)["context"]
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            pytest.raises((ssl.SSLError, OSError)),
        ):
            strict.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("verified", [True, False])
def test_the_stream_verifies_as_the_requests_do(tmp_path, verified):
    certificate, _ = write_certificate(tmp_path)
    settings = resolve({"port": 5000, "cacert": str(certificate) if verified else False}, {})
    context = tls_options(settings)["context"]
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode is ssl.CERT_REQUIRED) is context.check_hostname is verified


REMOTE = "https://gateway.example:5000/v1/api/"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": "http://api.example/v1/api/"}, "unencrypted http:// address"),
        ({"ws_url": "ws://api.example/v1/api/ws"}, "unencrypted ws:// address"),
        ({"ws_url": "http://api.example/"}, "not an address of the form wss://"),
        ({"cacert": False}, "cacert=False"),
    ],
)
def test_credentials_do_not_go_over_what_others_can_read(changed, told):
    names = ("access_token", "access_token_secret", "consumer_key", "dh_prime")
    config = dict.fromkeys((*names, "encryption_key", "signature_key"), "x")
    with pytest.raises(SettingsError, match=told):
        resolve({"oauth_config": config, "url": REMOTE, **changed}, {})


def test_a_stream_to_elsewhere_is_verified():
    given = {"port": 5000, "cacert": False, "ws_url": "wss://elsewhere.example/v1/api/ws"}
    with pytest.raises(SettingsError, match=r"elsewhere\.example needs"):
        resolve(given, {})


def test_a_redirection_is_not_followed():
    with Simulator(sample_tapes(3, history_days=1), pacing=False) as simulator:
        store = store_class()(**settings_of(simulator))
        store.start()
        try:
            elsewhere = f"http://127.0.0.1:{simulator.port}/v1/api/tickle"
            simulator.desk.redirect = ("portfolio/DU1234567/ledger", elsewhere)
            with pytest.raises(RequestRefusedError, match="redirection") as caught:
                store._connection.get("portfolio/DU1234567/ledger", timeout_s=1.0)
            assert caught.value.status_code == 307
        finally:
            store.stop()


# who can reach what listens here


def reachable(host, port):
    """Whether something answers there."""
    try:
        with socket.create_connection((host, port), 5.0) as caller:
            caller.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while caller.recv(4096):
                pass
    except OSError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="others have one address of their own")
def test_the_simulator_listens_to_this_machine_alone_unless_told_otherwise():
    # 127.0.0.2 stands for another address of this machine
    with Simulator(tls=False) as simulator:
        assert reachable("127.0.0.1", simulator.port)
        assert not reachable("127.0.0.2", simulator.port)
    with Simulator(tls=False, host="0.0.0.0") as simulator:
        assert reachable("127.0.0.2", simulator.port)


@pytest.mark.skipif(sys.platform != "linux", reason="others have one address of their own")
def test_figures_are_served_to_this_machine_alone():
    server = MetricsServer(store_class()(), 0, "127.0.0.1")
    try:
        assert reachable("127.0.0.1", server.port) and not reachable("127.0.0.2", server.port)
    finally:
        server.stop()
