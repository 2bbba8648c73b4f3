"""Bring the database of a deployment to where the platform can start; safe to repeat, so it runs at every start.

``python -m deploy.compose.init``: makes the replica set, one user for each database who may touch only that one, and
all collections and indexes. ``MONGODB_ROOT_URI`` connects as root to the one member; ``MONGO_<NAME>_PASSWORD`` are the
passwords; ``MONGODB_MEMBER`` is the member's address as the services see it.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from typing import Any

from environs import Env
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded.prepare import prepare
from deploy.embedded.topology import GATEWAY, SERVICES
from kernel.config import Settings, load_settings
from kernel.locality import load_locality
from kernel.mongo import database_name

NOT_YET_INITIALIZED = 94
PATIENCE = 60.0
"""Seconds for the member to become primary."""


def main() -> None:
    """Do all three; raises what MongoDB says when it refuses."""
    env = Env()
    root = env.str("MONGODB_ROOT_URI")
    settings = dataclasses.replace(load_settings(), mongodb_uri=root)
    with MongoClient[dict[str, Any]](root, serverSelectionTimeoutMS=int(PATIENCE * 1000)) as client:
        make_replica_set(client, env.str("MONGODB_MEMBER"))
        for name in (*SERVICES, GATEWAY):
            make_user(client, name, env.str(f"MONGO_{name.upper()}_PASSWORD"), settings)
    for line in prepare(settings):
        sys.stdout.write(line + "\n")


def make_replica_set(client: MongoClient[dict[str, Any]], member: str) -> None:
    """Make the replica set of the one ``member`` (``host:port``) if there is none; wait until it accepts writes."""
    try:
        client.admin.command("replSetGetConfig")
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": member}]})
    deadline = time.monotonic() + PATIENCE
    while not client.admin.command("hello").get("isWritablePrimary"):
        if time.monotonic() > deadline:
            raise PyMongoError(f"{member} did not become primary within {PATIENCE:g} s")
        time.sleep(0.2)


def make_user(client: MongoClient[dict[str, Any]], name: str, password: str, settings: Settings) -> None:
    """The user of one service, who reads and writes its own database and sees no other; renews a changed password."""
    database = database_name(load_locality(settings.locality), name)
    known = client.admin.command("usersInfo", name)["users"]
    command = "updateUser" if known else "createUser"
    client.admin.command(command, name, pwd=password, roles=[{"role": "readWrite", "db": database}])


if __name__ == "__main__":
    main()
