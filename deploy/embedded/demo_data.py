"""The demonstration data: loaded once, then kept up to the day, through the gateway, by ``python -m deploy.demo``."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded.files import write_private
from deploy.embedded.processes import Process, StartFailed
from deploy.embedded.topology import GATEWAY, ROOT, Surroundings

OPERATOR = "operator@example.org"
LOADED_FOR = "demo-day"
"""File in the data directory with the day that the season of the demo was last counted from."""
SHOWN = ("operator", "ambassador", "curator-1", "maker-1", "producer")


def load_once(url: str, data: Path, around: Surroundings, say: Callable[[str], None]) -> None:
    """Load the demonstration data; where this installation has it, let its season go on from today, once a day.

    The accounts that were made stand with their generated passwords in ``demo-accounts.json``, which is written last
    and only its owner reads. Raises ``StartFailed`` with what the loader said.
    """
    accounts = accounts_file(data)
    day, today = data / LOADED_FOR, datetime.now(UTC).date().isoformat()
    first = not accounts.exists()
    if not first and day.exists() and day.read_text() == today:
        return
    say("Loading the demonstration data" if first else "Bringing the demonstration data up to today")
    operator = operator_file(data, around)
    files = ("--operator", str(operator), "--accounts", str(accounts))
    loader = Process(
        "demo",
        [sys.executable, "-m", "deploy.demo", "load" if first else "refresh", "--url", url, *files],
        env=around.env(),
        log=data / "logs" / "demo.log",
        cwd=ROOT,
    )
    loader.start()
    if not loader.wait(120) or loader.returncode != 0:
        raise StartFailed(f"The demonstration data could not be loaded:\n{loader.tail()}")
    day.write_text(today)


def accounts_file(data: Path) -> Path:
    """Where the demonstration accounts stand."""
    return data / "demo-accounts.json"


def shown_accounts(data: Path) -> list[str]:
    """Lines that tell one account of each kind, and where all of them stand; none before the data is loaded."""
    file = accounts_file(data)
    if not file.exists():
        return []
    accounts = json.loads(file.read_text())
    lines = [f"{name:<12} {accounts[name]['email']:<26} {accounts[name]['password']}" for name in SHOWN]
    return ["", "demonstration accounts:", *lines, f"all {len(accounts)} of them in {file}"]


def operator_file(data: Path, around: Surroundings) -> Path:
    """The file with the operator's e-mail address and password; the account is made when there is none."""
    path = data / "operator.json"
    if not path.exists():
        password = secrets.token_urlsafe(18)
        done = subprocess.run(
            [sys.executable, "-m", GATEWAY, "operator", "--email", OPERATOR, "--password-stdin"],
            input=password + "\n",
            env=around.env(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise StartFailed(f"The operator's account could not be made:\n{done.stderr[-2000:]}")
        write_private(path, json.dumps({"email": OPERATOR, "password": password}))
    return path
