"""Make the collections and indexes of all services and the gateway, in one process because that starts faster.

``python -m deploy.embedded.prepare``; the same as ``python -m services.<name> indexes`` for each.
"""

from __future__ import annotations

import importlib
import sys

from deploy.embedded.topology import GATEWAY, SERVICES
from kernel.config import load_settings
from kernel.runtime import open_runtime, prepare_database

MODULES = (*(f"services.{name}.service" for name in SERVICES), f"{GATEWAY}.service")


def main() -> None:
    """Prepare every database; raises what MongoDB says when it cannot."""
    settings = load_settings()
    for module in MODULES:
        runtime = open_runtime(importlib.import_module(module).service, settings)
        try:
            sys.stdout.write(f"{runtime.db.name}: {len(prepare_database(runtime))} collections ready\n")
        finally:
            runtime.close()


if __name__ == "__main__":
    main()
