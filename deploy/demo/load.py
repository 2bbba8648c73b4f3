"""Loads the demonstration data: what the people of both towns would have entered, entered as them."""

from __future__ import annotations

import importlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from deploy.demo import festivals, offers, season
from deploy.demo.accounts import finish, load_accounts, read_accounts
from deploy.demo.client import Api

FIRST = ("visitor",)
"""Places and sailings: others point at them."""
THEN = ("season", "festivals", "marketplace", "media")
"""These do not know of each other and are loaded side by side."""


def load(url: str, operator_file: Path, accounts_file: Path) -> Api:
    """Load everything. Repeating it, also after a load that broke off, has the same effect as once.

    Raises ``CallFailed`` with the request that was refused.
    """
    started = time.monotonic()
    api = Api(url)
    load_accounts(api, operator_file, accounts_file)
    _say(started, f"{len(api.accounts)} accounts")
    for part in FIRST:
        _load_part(api, part, started)
    with ThreadPoolExecutor(len(THEN)) as pool:
        list(pool.map(lambda part: _load_part(api, part, started), THEN))
    finish(api, accounts_file)
    _say(started, "everything is loaded")
    return api


def refresh(url: str, accounts_file: Path) -> None:
    """Bring a demo that was loaded on an earlier day up to this one: its season goes on from today.

    Repeating it on the same day changes nothing. Raises ``CallFailed`` with the request that was refused.
    """
    started, today = time.monotonic(), datetime.now(UTC).date()
    api = Api(url, read_accounts(accounts_file))
    season.load_timetable(api, today)
    season.load_week(api, today)
    offers.load(api, today)
    festivals.load_coming(api)
    _say(started, f"the season goes on from {today}")


def _load_part(api: Api, part: str, started: float) -> None:
    importlib.import_module(f"deploy.demo.{part}").load(api)
    _say(started, part)


def _say(started: float, what: str) -> None:
    sys.stdout.write(f"{time.monotonic() - started:5.1f} s  {what}\n")
    sys.stdout.flush()
