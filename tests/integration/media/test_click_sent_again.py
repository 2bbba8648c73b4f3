"""Clicks are counted exactly: also when the answer to one is lost and the gateway asks the service once more."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from contracts.media import PlacementClicked
from deploy.embedded.mongod import MongoServer
from gateway.app import create_gateway
from gateway.routes import SERVICES
from gateway.service import service as gateway_service
from tests.integration.media.conftest import Media
from tests.support.eventually import eventually
from tests.support.faulty_link import FaultyLink, containing
from tests.support.gateway import gateway_settings, served
from tests.support.services import running


def test_a_click_whose_answer_was_lost_counts_once(
    media: Media, placed: tuple, mongod: MongoServer, tmp_path: Path
) -> None:
    path = f"/v1/placements/{placed[2]['id']}/out"
    carried_out: list[str] = []

    def recording(environ, start_response):
        answer = media.client.application(environ, start_response)
        carried_out.append(environ["PATH_INFO"])
        return answer

    with served(recording) as url, running(gateway_service, mongod.uri) as runtime:
        link = FaultyLink(urlsplit(url).port)
        urls = dict.fromkeys(SERVICES, f"http://127.0.0.1:{link.port}")
        gateway = create_gateway(runtime, gateway_settings(tmp_path, urls))
        try:
            link.cut_at(containing(b"/out"), delivered=True)
            answer = gateway.test_client().get(path)
            eventually(lambda: carried_out == [path] * 2, within=5)
            assert (answer.status_code, answer.headers["Location"], link.cuts) == (302, "https://vimeo.com/1", 1)
            assert [event.clicks for event in media.said(PlacementClicked)] == [1]
            assert gateway.test_client().get(path).status_code == 302
            assert media.items("/placements")[0]["clicks"] == 2
        finally:
            gateway.extensions["edge"].upstream.close()
            link.close()
