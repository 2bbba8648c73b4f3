"""A write with an Idempotency-Key happens once, however often it is sent, and answers the same each time.

The answer is kept in the transaction that made it true: there is no moment in which one exists without the other.
Two that run at the same time both try to insert the same row; MongoDB lets one commit and the other starts over and
finds the row. Only successes are kept: what was refused may be sent again with the same key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import orjson
from bson import decode, encode
from bson.codec_options import CodecOptions, TypeCodec, TypeRegistry
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError
from werkzeug.datastructures import FileStorage

from kernel.config import Settings
from kernel.errors import Invalid, KeyReused
from kernel.unit_of_work import Store, UnitOfWork

COLLECTION = "idempotency"
HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
MAX_KEY = 200

Result = dict[str, Any]


class _DayCodec(TypeCodec):
    """BSON has no calendar days: they are kept as ISO text."""

    python_type = date
    bson_type = bytes

    def transform_python(self, value: Any) -> Any:
        return value.isoformat()

    def transform_bson(self, value: Any) -> Any:
        return value


_CODEC: CodecOptions[Result] = CodecOptions(tz_aware=True, type_registry=TypeRegistry([_DayCodec()]))


def indexes(settings: Settings) -> list[IndexModel]:
    """Answers leave when their retention is over."""
    return [
        IndexModel([("at", 1)], name="at_ttl", expireAfterSeconds=int(settings.idempotency_retention.total_seconds()))
    ]


def checked_key(key: str | None) -> str | None:
    """The key of a request, without the quotes that structured fields put around it; None when it has none.

    Raises ``Invalid`` when it is not 1 to 200 visible ASCII characters.
    """
    if key is None:
        return None
    bare = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not 1 <= len(bare) <= MAX_KEY or not all("!" <= char <= "~" for char in bare):
        wrong = f"Use 1 to {MAX_KEY} visible ASCII characters, a new UUID for each new request."
        raise Invalid("The Idempotency-Key cannot be used.", errors={HEADER: [wrong]})
    return bare


def row_id(actor_id: str, method: str, path: str, key: str) -> str:
    """One key of one actor on one resource; nobody meets another account's answers."""
    return hashlib.sha256("\x00".join((actor_id, method, path, key)).encode()).hexdigest()


def fingerprint_of(body: Any, query: bytes = b"") -> str:
    """What makes two requests the same: the checked body, however it was spaced, and the query."""
    canonical = orjson.dumps(body, default=_fingerprint, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(query + b"\x00" + canonical).hexdigest()


def _fingerprint(value: Any) -> str:
    if isinstance(value, FileStorage):
        digest = hashlib.file_digest(value.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        value.stream.seek(0)
        return digest
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def once(
    store: Store, claim: str, fingerprint: str, work: Callable[[UnitOfWork], Result], *, traceparent: str | None = None
) -> tuple[Result, bool]:
    """Do ``work`` in one transaction unless it was done before under ``claim``: its result, and whether it is kept.

    Raises ``KeyReused`` when the claim was made with another fingerprint, and whatever ``work`` raises.
    """

    def attempt(uow: UnitOfWork) -> tuple[Result, bool]:
        kept = uow.db[COLLECTION].find_one({"_id": claim})
        if kept is not None:
            return _replay(kept, fingerprint), True
        body = _body_of(work(uow))
        uow.db[COLLECTION].insert_one({"_id": claim, "fingerprint": fingerprint, "body": body, "at": uow.now()})
        return _result_in(body), False

    try:
        return store.transact(attempt, traceparent=traceparent)
    except DuplicateKeyError as error:
        if not _is_claim(error, claim):
            raise
        return store.transact(attempt, traceparent=traceparent)


def normal_form(result: Result) -> Result:
    """``result`` as it is after being kept: so that the first answer is the same as every later one.

    Raises ``bson.errors.InvalidDocument`` for what cannot be kept.
    """
    return _result_in(_body_of(result))


def _body_of(result: Result) -> bytes:
    return encode({"result": result}, codec_options=_CODEC)


def _replay(kept: Mapping[str, Any], fingerprint: str) -> Result:
    if kept["fingerprint"] != fingerprint:
        wrong = "Use a new key for a new request."
        raise KeyReused("This key came with another body before.", errors={HEADER: [wrong]})
    return _result_in(kept["body"])


def _result_in(body: bytes) -> Result:
    result: Result = decode(body, codec_options=_CODEC)["result"]
    return result


def _is_claim(error: DuplicateKeyError, claim: str) -> bool:
    key_value = (error.details or {}).get("keyValue", {})
    return bool(key_value.get("_id") == claim)
