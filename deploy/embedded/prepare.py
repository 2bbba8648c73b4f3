"""Make the collections and indexes of all services and the gateway, in one process because that starts faster.

``python -m deploy.embedded.prepare``; the same as ``python -m services.<name> indexes`` for each.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence

from deploy.embedded.topology import GATEWAY, SERVICES
from kernel.config import Settings, load_settings
from kernel.runtime import open_runtime, prepare_database

MODULES = (*(f"services.{name}.service" for name in SERVICES), f"{GATEWAY}.service")


def prepare(settings: Settings, modules: Sequence[str] = MODULES) -> Iterator[str]:
    """Prepare the databases one by one, telling each when it is done; raises what MongoDB says when it cannot."""
    for module in modules:
        runtime = open_runtime(importlib.import_module(module).service, settings)
        try:
            yield f"{runtime.db.name}: {len(prepare_database(runtime))} collections ready"
        finally:
            runtime.close()


if __name__ == "__main__":
    for line in prepare(load_settings()):
        sys.stdout.write(line + "\n")
