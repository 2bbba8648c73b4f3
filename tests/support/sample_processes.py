"""The sample service as real processes, which can be killed, stopped and made to die at a named place."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from deploy.embedded.processes import Process, free_port
from kernel.config import Settings
from kernel.ids import new_id
from kernel.locality import Locality, load_locality
from tests.support.services import LOCALITY_FILE, REPOSITORY

RUN = "from kernel.cli import main; main('tests.support.sample_service')"
COMMAND = "from tests.support.commander import main; main()"


def fresh_locality(directory: Path) -> tuple[Path, Locality]:
    """A locality file with a slug of its own, so that databases and topics are unused ones."""
    slug = f"t-{new_id()[-12:]}"
    path = directory / f"{slug}.toml"
    path.write_text(LOCALITY_FILE.read_text().replace('slug = "newhaven-dieppe"', f'slug = "{slug}"', 1))
    return path, msgspec.structs.replace(load_locality(path))


def environment(settings: Settings, locality_file: Path, **changes: str) -> dict[str, str]:
    """The environment under which a process has ``settings``."""
    version = settings.kafka_api_version
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
        "LOCALITY": str(locality_file),
        "MONGODB_URI": settings.mongodb_uri,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap,
        "KAFKA_API_VERSION": ".".join(map(str, version)) if version else "",
        "LEASE_SECONDS": str(settings.lease.total_seconds()),
        "RELAY_WINDOW": str(settings.relay_window),
        "RETRY_BASE_SECONDS": str(settings.retry_base.total_seconds()),
        "RETRY_CAP_SECONDS": str(settings.retry_cap.total_seconds()),
        "RETRY_ATTEMPTS": str(settings.retry_attempts),
        "PYTHONPATH": str(REPOSITORY),
        **changes,
    }


def sample_process(role: str, settings: Settings, locality_file: Path, log: Path, **changes: Any) -> Process:
    """A process of the sample service: ``worker``, or a role with its arguments; not started yet."""
    env = environment(settings, locality_file, HTTP_PORT=str(free_port()), **changes)
    return Process(role.split()[0], [sys.executable, "-c", RUN, *role.split()], env=env, log=log, cwd=REPOSITORY)


def commander(
    settings: Settings, locality_file: Path, log: Path, count: int, keys: int, prefix: str = "counter", **changes: str
) -> Process:
    """A process that runs ``count`` commands over ``keys`` counters and writes each accepted one to its output."""
    env = environment(settings, locality_file, **changes)
    argv = [sys.executable, "-c", COMMAND, str(count), str(keys), prefix]
    return Process("commander", argv, env=env, log=log, cwd=REPOSITORY)
