"""Market data over REST."""

from __future__ import annotations

from typing import Any

from .history import history_of, read_request
from .quotes import field_values, frame_head
from .records import BrokerageSession, Call, Reply, Route

__all__ = ["ROUTES"]

_MOST_CONIDS = 100
_MOST_FIELDS = 50

# Comes with the rows of a snapshot without being asked for.
_SERVICES = "&serviceID1=122&serviceID2=123&serviceID3=203&serviceID4=775"


def refusal(text: str, status: int = 400) -> Reply:
    """Return an error as most rooms of the service write it."""
    return Reply({"error": text, "statusCode": status}, status)


def unprepared(session: BrokerageSession) -> Reply | None:
    """Refuse before ``iserver/accounts`` was asked for in this session."""
    if "accounts" in session.warm:
        return None
    return refusal("Bad Request: Please query /accounts first")


def snapshot(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with quotes; with little more than the contract id the first time, which opens a
    stream.
    """
    conids = [text.strip() for text in call.params.get("conids", "").split(",") if text.strip()]
    fields = [text.strip() for text in call.params.get("fields", "").split(",") if text.strip()]
    refused = unprepared(session)
    if refused is not None:
        return refused
    if not conids or not all(text.partition("@")[0].isdigit() for text in conids):
        return refusal("Bad Request: conids")
    if len(conids) > _MOST_CONIDS or len(fields) > _MOST_FIELDS:
        return refusal(f"Bad Request: at most {_MOST_CONIDS} conids and {_MOST_FIELDS} fields")
    return Reply([_row(world, session, int(text.partition("@")[0]), fields) for text in conids])


def _row(world: Any, session: BrokerageSession, conid: int, fields: list[str]) -> dict[str, Any]:
    market = world.market
    if conid not in market.catalogue:
        missing = {"55": "-", "31": "N/A", "6119": "q0", "server_id": "q0"}
        return {"conid": conid, "conidEx": str(conid), "_updated": market.now_ms, **missing}
    stream = world.streams.open(conid, fields, market.now_ms)
    if f"snapshot:{conid}" not in session.warm:
        session.warm.add(f"snapshot:{conid}")
        return {"conid": conid, "conidEx": str(conid)}
    quote = market.quote(conid)
    head = frame_head(stream, market.now_ms if quote is None else quote.time_ms)
    return {**head, "6508": _SERVICES, **field_values(market, conid, fields)}


def unsubscribe(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """End the stream of an instrument, for the WebSocket too."""
    conid = call.body.get("conid") if isinstance(call.body, dict) else None
    if not str(conid).isdigit():
        return refusal("Bad Request: conid")
    session.warm.discard(f"snapshot:{conid}")
    if not world.streams.close(int(str(conid))):
        return Reply({"error": "unknown"}, 500)
    return Reply({"success": True})


def unsubscribe_all(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """End all streams, for the WebSocket too."""
    session.warm -= {key for key in session.warm if key.startswith("snapshot:")}
    world.streams.close_all()
    return Reply({"unsubscribed": True})


def history(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Answer with bars."""
    refused = unprepared(session)
    if refused is not None:
        return refused
    conid = call.params.get("conid", "").partition("@")[0]
    if not conid.isdigit():
        return refusal("Bad Request: conid")
    try:
        request = read_request(call.params, world.now_ms)
    except ValueError as failure:
        return refusal(f"Bad Request: {failure}")
    body = history_of(world.market, int(conid), request, world.volume_factor)
    return Reply({"error": "No data."}, 500) if body is None else Reply(body)


def no_history_farm(world: Any, session: BrokerageSession, call: Call) -> Reply:
    """Refuse what few ever got an answer from."""
    return Reply({"error": "Not Found", "statusCode": 404}, 404)


ROUTES = (
    Route("GET", "iserver/marketdata/history", history, brokerage=True),
    Route("GET", "hmds/history", no_history_farm),
    Route("POST", "hmds/auth/init", no_history_farm),
    Route("POST", "hmds/scanner", no_history_farm),
    Route("GET", "iserver/marketdata/snapshot", snapshot, brokerage=True),
    Route("POST", "iserver/marketdata/unsubscribe", unsubscribe, brokerage=True),
    Route("GET", "iserver/marketdata/unsubscribeall", unsubscribe_all, brokerage=True),
)
