"""The HTTP edge on a real database: commands, reads, refusals."""

from __future__ import annotations

import re
from typing import Any

import flask_smorest
import pytest
from flask import request
from flask.testing import FlaskClient

from kernel.auth import require
from kernel.http import Blueprint, body_limit, create_app
from kernel.outbox import headers_of
from kernel.runtime import Runtime
from kernel.service import Service
from tests.support.sample_service import Counted, service
from tests.support.services import published, token

Sample = tuple[FlaskClient, Runtime]


def nothing_written(runtime: Runtime) -> bool:
    return not any(runtime.db[name].count_documents({}) for name in ("counters", "outbox", "idempotency"))


def test_a_command_changes_the_state_and_says_so(sample: Sample) -> None:
    client, runtime = sample
    answer = client.post("/v1/counters/boats/count", json={"by": 3})
    assert (answer.status_code, answer.json) == (201, {"id": "boats", "value": 3, "actor": ""})
    assert client.get("/v1/counters/boats").json == {"id": "boats", "value": 3}
    assert published(runtime, Counted) == [Counted(counter_id="boats", value=3, by=3)]


def test_a_command_knows_who_asked(sample: Sample) -> None:
    client, _ = sample
    assert client.post("/v1/counters/boats/count", json={}, headers=token(id="ada")).json["actor"] == "ada"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "errors"),
    [
        (b"{", "application/json", 400, None),
        (b"\xff\xfe", "application/json", 400, None),
        (b"[" * 100 + b"]" * 100, "application/json", 400, None),
        (b'{"by": 1}', "text/plain", 415, None),
        (b"by=1", "application/x-www-form-urlencoded", 415, None),
        (b"[]", "application/json", 422, ["_schema"]),
        (b"null", "application/json", 422, ["_schema"]),
        (b'{"by": "1", "unknown": 1}', "application/json", 422, ["by", "unknown"]),
        (b'{"by": 99999999999999999999}', "application/json", 422, ["by"]),
        (b'{"note": "a\\u0000b"}', "application/json", 422, ["note"]),
        (b'{"text": {"english": "x"}}', "application/json", 422, ["text"]),
        (b'{"names": ["ok", 5]}', "application/json", 422, ["names"]),
        (b'{"note": "%s"}' % (b"x" * 3000), "application/json", 422, ["note"]),
        (b'{"note": "%s"}' % (b"x" * 2_000_000), "application/json", 413, None),
    ],
    ids=lambda value: str(value)[:25],
)
def test_a_bad_body_is_refused_by_name_and_changes_nothing(
    sample: Sample, body: bytes, content_type: str, status: int, errors: list[str] | None
) -> None:
    client, runtime = sample
    answer = client.post("/v1/counters/boats/count", data=body, content_type=content_type)
    problem = answer.get_json(force=True)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert sorted(problem.get("errors", {})) == (errors or [])
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert nothing_written(runtime)


def test_no_body_where_every_field_has_a_default_is_fine(sample: Sample) -> None:
    client, _ = sample
    assert client.post("/v1/counters/boats/count").json["value"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/counters/unknown", 404),
        ("GET", f"/v1/counters/{'x' * 201}", 404),
        ("GET", "/v1/counters/a%00b", 404),
        ("GET", "/static/x", 404),
        ("DELETE", "/v1/counters", 405),
        ("OPTIONS", "/v1/counters", 405),
        ("TRACE", "/v1/counters", 405),
        ("GET", "/v1/counters?limit=0", 422),
        ("GET", "/v1/counters?limit=x", 422),
        ("GET", "/v1/counters?cursor=%00", 422),
        ("GET", "/v1/counters?minimum=99999999999999999999", 422),
        ("GET", "/v1/counters?colour=red", 422),
        ("PATCH", "/v1/counters/boats", 401),
    ],
)
def test_what_is_not_there_or_not_allowed_is_a_problem(sample: Sample, method: str, path: str, status: int) -> None:
    answer = sample[0].open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]


@pytest.mark.parametrize(("query", "field"), [("cursor=%07", "cursor"), ("cursor=a&cursor=%07", "cursor.1")])
def test_a_query_that_cannot_be_kept_names_its_parameter(sample: Sample, query: str, field: str) -> None:
    answer = sample[0].get(f"/v1/counters?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_roles_are_asked_before_the_body_is_read(sample: Sample) -> None:
    client, _ = sample
    assert client.patch("/v1/counters/boats", data=b"{", content_type="application/json").status_code == 401
    assert client.patch("/v1/counters/boats", data=b"{", headers=token(["visitor"])).status_code == 403
    assert client.patch("/v1/counters/boats", json={"label": "x"}, headers=token(["curator"])).status_code == 404


@pytest.mark.parametrize("header", ["Bearer x.y.z", "Basic YTpi", "Bearer", "Bearer ", "x", ""])
def test_a_credential_that_is_not_valid_is_not_ignored(sample: Sample, header: str) -> None:
    for path in ("/v1/counters", "/v1/nothing"):
        answer = sample[0].get(path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert sample[0].get("/health/live", headers={"Authorization": header}).status_code == 200


def test_a_value_that_is_taken_is_a_conflict(sample: Sample) -> None:
    client, runtime = sample
    for name in ("one", "two"):
        client.post(f"/v1/counters/{name}/count", json={})
    label = {"json": {"label": "L"}, "headers": token(["curator"])}
    assert client.patch("/v1/counters/one", **label).status_code == 200
    assert client.patch("/v1/counters/two", **label).status_code == 409
    assert runtime.db.counters.count_documents({"label": "L"}) == 1


def test_a_value_that_the_document_refuses_is_named(sample: Sample) -> None:
    client, _ = sample
    client.post("/v1/counters/one/count", json={})
    answer = client.patch("/v1/counters/one", json={"label": "x" * 51}, headers=token(["curator"]))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["label"])


def test_a_change_on_a_version_that_has_passed_is_refused(sample: Sample) -> None:
    client, _ = sample
    client.post("/v1/counters/one/count", json={"by": 2})

    def label(version: str) -> Any:
        headers = {**token(["curator"]), "If-Match": version}
        return client.patch("/v1/counters/one", json={"label": "x"}, headers=headers)

    assert label('"1"').status_code == 412
    assert label('"2"').status_code == 200


def test_an_unexpected_failure_is_a_500_that_rolls_back_and_tells_nothing(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, runtime = sample

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("kernel.unit_of_work.UnitOfWork.publish", fail)
    answer = client.post("/v1/counters/boats/count", json={})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json["request_id"]
    assert nothing_written(runtime)


def test_the_request_id_and_the_trace_are_carried_into_the_event(sample: Sample) -> None:
    client, runtime = sample
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    sent = {"X-Request-ID": "till-7", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = client.post("/v1/counters/boats/count", json={}, headers=sent)
    assert answer.headers["X-Request-ID"] == "till-7"
    headers = dict(headers_of(runtime.db.outbox.find_one()))
    assert re.fullmatch(rf"00-{trace}-[0-9a-f]{{16}}-01", headers["traceparent"].decode())
    made = client.get("/v1/counters", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"]
    assert made != "<script>"


def test_a_read_carries_an_etag_and_is_not_sent_twice(sample: Sample) -> None:
    client, _ = sample
    client.post("/v1/counters/boats/count", json={})
    first = client.get("/v1/counters/boats")
    again = client.get("/v1/counters/boats", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    client.post("/v1/counters/boats/count", json={})
    assert client.get("/v1/counters/boats", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_every_answer_carries_the_security_headers(sample: Sample) -> None:
    for path in ("/v1/counters", "/v1/nothing", "/health/live", "/openapi.json"):
        headers = sample[0].get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


def test_requests_are_counted_by_route_and_never_by_what_a_stranger_invents(sample: Sample) -> None:
    client, _ = sample
    client.get("/v1/counters/some-id")
    client.open("/v1/invented", method="INVENTED")
    text = client.get("/metrics").text
    line = 'http_requests_total{endpoint="counters.get_counter",method="GET",service="sample",status="404"}'
    assert line in text
    assert 'endpoint="none",method="other"' in text
    assert "invented" not in text.lower()
    assert "some-id" not in text


def test_a_route_that_is_not_in_the_document_does_not_exist(sample: Sample) -> None:
    client, _ = sample
    document = client.get("/openapi.json").json
    documented = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if method != "parameters"
    }
    served = {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule))
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert served == documented


def test_the_document_names_operations_security_and_problems(sample: Sample) -> None:
    document = sample[0].get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    label = document["paths"]["/v1/counters/{counter_id}"]["patch"]
    assert (label["operationId"], label["tags"], label["security"]) == ("label_counter", ["counters"], [{"bearer": []}])
    assert "security" not in document["paths"]["/v1/counters"]["get"]
    assert [parameter["name"] for parameter in label["parameters"]] == ["Idempotency-Key"]
    problem = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(problem) == ["application/problem+json"]
    operations = [each for path in document["paths"].values() for each in path.values() if "operationId" in each]
    assert len({each["operationId"] for each in operations}) == len(operations)


def test_a_blueprint_without_the_strict_parser_is_refused(sample: Sample) -> None:
    lax = flask_smorest.Blueprint("lax", __name__)
    careless = Service(name="sample", title="Careless", api=[lax], documents=[], publishes=[], reacts={})
    with pytest.raises(TypeError, match="lax"):
        create_app(careless, sample[1])


def test_two_applications_of_one_service_can_be_made(sample: Sample) -> None:
    assert create_app(service, sample[1]).test_client().get("/v1/counters").status_code == 200


def test_one_route_may_take_larger_bodies_than_the_others(sample: Sample) -> None:
    limit = sample[1].settings.max_body_bytes
    blueprint = Blueprint("feeds", __name__, url_prefix="/v1")

    @blueprint.route("/feeds", methods=["POST"])
    @body_limit(2 * limit)
    @require("operator")
    @blueprint.response(200)
    def take() -> dict[str, int]:
        """Say how long the body is."""
        return {"length": len(request.get_data())}

    feeds = Service(name="sample", title="Feeds", api=[blueprint, *service.api], documents=[], publishes=[], reacts={})
    client = create_app(feeds, sample[1]).test_client()
    headers = token(["operator"])
    assert client.post("/v1/feeds", data=b"x" * (2 * limit), headers=headers).json == {"length": 2 * limit}
    too_large = client.post("/v1/feeds", data=b"x" * (2 * limit + 1), headers=headers)
    assert (too_large.status_code, too_large.json["type"]) == (413, "urn:problem:too-large")
    assert str(2 * limit) in too_large.json["detail"]
    assert client.post("/v1/counters/a/count", data=b'"' + b"x" * limit + b'"').status_code == 413
