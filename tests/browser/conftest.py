"""A real browser in front of the whole platform with the demonstration data."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy.demo.accounts import read_accounts
from deploy.demo.client import Api
from deploy.demo.load import load
from deploy.install import TOOLS
from tests.support.eventually import eventually
from tests.support.platform import Platform

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
"""It asks nobody for anything but the pages."""
DISRUPTED, CANCELLED_SAILING = "harbour-sketching-2018", "dieppe-0530-2018-08-21"
TOUR = "cliff-tour-newhaven"
WINDS = {"en": "Strong winds in the Channel.", "fr": "Vents forts sur la Manche."}


@pytest.fixture(scope="session")
def demo(platform: Platform) -> Api:
    """The platform's API with the demonstration data loaded, unless another test has done so."""
    operator, accounts = platform.directory / "operator.json", platform.directory / "demo-accounts.json"
    if accounts.exists():
        return Api(platform.url, read_accounts(accounts))
    operator.write_text(json.dumps(platform.operator))
    return load(platform.url, operator, accounts)


@dataclass
class Site:
    """The address of the platform, and a page of every kind."""

    url: str
    paths: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def site(demo: Api) -> Site:
    """Pages of every kind; something was sold across the water, and a sailing that an event counts on is cancelled."""
    api = demo
    shop = api.get("/v1/popups", town="dieppe", mine="true", as_="keeper")["items"][0]["id"]
    maker = api.get("/v1/makers", mine="true", as_="maker-1")["items"][0]["id"]
    product = next(each for each in api.items("/v1/offerings", maker_id=maker) if each["kind"] == "product")
    handing = {"offering_id": product["id"], "popup_id": shop, "quantity": 1}
    [item] = api.post("/v1/consignments", handing, as_="maker-1", idempotent="pages-hand")["item_ids"]
    api.post("/v1/sales", {"item_ids": [item], "popup_id": shop}, as_="keeper", idempotent="pages-sale")
    api.post(f"/v1/sailings/{CANCELLED_SAILING}/cancel", {"reason": WINDS}, as_="ambassador", idempotent="pages-off")
    eventually(
        lambda: api.get(f"/v1/events/{DISRUPTED}")["status"] == "disrupted",
        within=20,
        describe="the event is disrupted",
    )
    festival = next(each for each in api.items("/v1/festivals") if each["last_day"] >= f"{datetime.now(UTC):%Y-%m-%d}")
    tour = next(each["id"] for each in api.items("/v1/tours") if each["id"].startswith(TOUR))
    guest = {"name": "Anna", "email": "anna@example.org"}
    place = api.post(f"/v1/events/{tour}/registrations", guest, idempotent="pages-guest")["code"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    day = {"arrives_at": f"{tomorrow:%Y-%m-%d}T09:00:00Z", "leave_by": f"{tomorrow:%Y-%m-%d}T17:00:00Z"}
    plan = api.post("/v1/day-plans", {"town": "newhaven", "interests": ["history"], **day}, idempotent="pages-plan")
    paths = {
        "home": "/",
        "town": "/today/newhaven",
        "festival day": "/today/newhaven?date=2018-08-19",
        "empty day": "/today/dieppe?date=2018-08-19",
        "event": "/events/birdsong-2018",
        "disrupted event": f"/events/{DISRUPTED}",
        "maker": f"/makers/{maker}",
        "passport": f"/passports/{item}",
        "series": "/titles/seaside-town",
        "timeline": "/timeline?as_of=2018-09-10",
        "search": "/search?q=walk",
        "open event": f"/events/{tour}",
        "registration": f"/registrations/{place}",
        "propose where": "/propose",
        "propose": f"/festivals/{festival['id']}/propose",
        "tours": "/tours",
        "tour": f"/tours/{tour}",
        "pass": "/pass",
        "plan form": "/plan",
        "plan": f"/plans/{plan['id']}/{plan['code']}",
        "missing": "/no/such/page",
    }
    return Site(api.url, paths)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without it the test is skipped, saying so; where ``CI`` is set it fails instead."""
    program = next((path for name in TOOLS["chromium"][0] if (path := shutil.which(name))), None)
    if program is None:
        message = "Chromium is missing: apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without memory, at phone size."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
