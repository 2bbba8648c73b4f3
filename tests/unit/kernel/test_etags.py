from __future__ import annotations

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from kernel import etags
from kernel.errors import PreconditionFailed


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    state = {"version": 1, "body": "first"}

    @app.get("/plain")
    def plain() -> str:
        return state["body"]

    @app.get("/thing")
    def thing() -> str:
        etags.show_version(state["version"])
        return state["body"]

    @app.patch("/thing")
    def change() -> str:
        etags.require_match(state["version"])
        state.update(version=state["version"] + 1, body=request.get_data(as_text=True))
        etags.show_version(state["version"])
        return state["body"]

    @app.get("/missing")
    def missing() -> tuple[str, int]:
        return "none", 404

    app.after_request(lambda response: etags.make_conditional(response, request))
    return app.test_client()


def test_what_the_caller_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/plain")
    assert first.headers["ETag"].startswith('"')
    again = client.get("/plain", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get("/plain", headers={"If-None-Match": '"other"'}).status_code == 200


def test_reads_may_be_kept_for_seconds_by_anyone_and_those_of_an_account_by_nobody(client: FlaskClient) -> None:
    assert client.get("/plain").headers["Cache-Control"] == "public, max-age=5"
    assert "Authorization" in client.get("/plain").headers["Vary"]
    private = client.get("/plain", headers={"Authorization": "Bearer x"})
    assert private.headers["Cache-Control"] == "private, no-store"


def test_what_is_not_a_successful_read_is_never_kept(client: FlaskClient) -> None:
    for response in (client.get("/missing"), client.patch("/thing", data="x"), client.get("/nowhere")):
        assert response.headers["Cache-Control"] == "no-store"


def test_a_change_names_the_version_it_was_made_on(client: FlaskClient) -> None:
    read = client.get("/thing").headers["ETag"]
    changed = client.patch("/thing", data="second", headers={"If-Match": read})
    assert changed.status_code == 200
    assert client.get("/thing").headers["ETag"] == changed.headers["ETag"] != read
    assert client.patch("/thing", data="third", headers={"If-Match": '"2"'}).status_code == 200
    assert client.patch("/thing", data="fourth", headers={"If-Match": "*"}).status_code == 200
    assert client.patch("/thing", data="fifth").status_code == 200


@pytest.mark.parametrize("stale", ['"2"', '"2.abc"', '"11"', 'W/"1"', '"x", "y"'])
def test_a_change_on_another_version_is_refused(client: FlaskClient, stale: str) -> None:
    client.application.register_error_handler(PreconditionFailed, lambda _: Response(status=412))
    assert client.patch("/thing", data="second", headers={"If-Match": stale}).status_code == 412
    assert client.get("/thing").text == "first"


def test_the_same_version_shown_differently_has_another_tag(client: FlaskClient) -> None:
    assert etags.etag_of(b"a", 1) != etags.etag_of(b"b", 1)


def test_outside_of_a_request_nothing_is_asked() -> None:
    etags.require_match(1)
