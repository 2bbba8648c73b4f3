"""A real mongod as a single-node replica set: loopback only, authentication on, generated credentials."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import secrets
import shutil
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded.files import write_private
from deploy.embedded.processes import LOOPBACK, Process, StartFailed, free_port, wait_until

REPLICA_SET = "rs0"
TRANSACTION_SECONDS = 15
"""MongoDB keeps the locks of a process that died in a transaction for this long: more than TRANSACTION_TIMEOUT_SECONDS,
and far less than its default of 60, for which every other writer would wait."""
AUTHENTICATION_FAILED = 18
NOT_YET_INITIALIZED = 94
USER = "platform"


def find_mongod() -> Path:
    """The mongod to run: ``MONGOD``, else the one on ``PATH``, else the one carried by the installed wheel.

    Raises ``StartFailed`` that says how to get one.
    """
    if given := os.environ.get("MONGOD"):
        if os.access(given, os.X_OK):
            return Path(given)
        raise StartFailed(f"MONGOD={given} is not a program that can be run")
    if on_path := shutil.which("mongod"):
        return Path(on_path)
    wheel = importlib.util.find_spec("fiftyone")
    for root in (wheel.submodule_search_locations or []) if wheel else []:
        carried = Path(root) / "db" / "bin" / "mongod"
        if os.access(carried, os.X_OK):
            return carried
    raise StartFailed(
        "no mongod found. Install MongoDB 6 or later so that `mongod` is on PATH, or set MONGOD to the program, "
        "or set MONGODB_URI to a replica set that already runs."
    )


class MongoServer:
    """One mongod on a data directory.

    ``start`` returns when it is a primary that accepts transactions. The same directory gives the same data and the
    same credentials each time; the port may differ.
    """

    def __init__(
        self, directory: Path, *, port: int = 0, cache_gb: float = 0.25, oplog_mb: int = 256, log: Path | None = None
    ) -> None:
        self.directory = directory.resolve()
        self.port = port or free_port()
        self._credentials = self.directory / "credentials.json"
        keyfile = self.directory / "keyfile"
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True)
        if not keyfile.exists():
            write_private(keyfile, base64.b64encode(secrets.token_bytes(96)).decode())
        if not self._credentials.exists():
            write_private(self._credentials, json.dumps({"user": USER, "password": secrets.token_urlsafe(32)}))
        self.process = Process(
            "mongod",
            [
                str(find_mongod()),
                *("--replSet", REPLICA_SET, "--bind_ip", LOOPBACK, "--port", str(self.port)),
                *("--dbpath", str(data), "--nounixsocket", "--auth", "--keyFile", str(keyfile)),
                *("--networkMessageCompressors", "snappy,zstd"),
                *("--wiredTigerCacheSizeGB", str(cache_gb), "--oplogSize", str(oplog_mb)),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
                *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"),
            ],
            env=os.environ,
            log=log or self.directory / "mongod.log",
        )

    @property
    def uri(self) -> str:
        """How clients connect, with the credentials."""
        password = json.loads(self._credentials.read_text())["password"]
        return f"mongodb://{USER}:{password}@{LOOPBACK}:{self.port}/?directConnection=true&authSource=admin"

    def start(self, within: float = 30.0) -> MongoServer:
        """Start it and wait until it is primary. Raises ``StartFailed`` with the end of its log."""
        self.launch()
        self.wait_ready(within)
        return self

    def launch(self) -> None:
        """Start it; does not wait."""
        self.process.start()

    def wait_ready(self, within: float = 30.0) -> None:
        """Wait until it is primary and has its user; a server that does not get there is ended."""
        try:
            wait_until(self._primary, self.process, within, "MongoDB is not ready")
            self._ensure_user()
        except BaseException:
            self.process.kill()
            raise

    def stop(self, within: float = 10.0) -> None:
        """Stop it cleanly: everything is on disk."""
        self.process.stop(within)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        self.process.kill()

    def restart(self) -> None:
        """Start it again on the same data and port."""
        self.start()

    def _primary(self) -> bool:
        """Whether it is primary; makes or repairs the replica set configuration on the way."""
        try:
            with _client(self._anonymous_uri) as client:
                hello = client.admin.command("hello")
                if not hello.get("isWritablePrimary") and not hello.get("setName"):
                    self._configure()
                return bool(hello.get("isWritablePrimary"))
        except PyMongoError:
            return False

    @property
    def _anonymous_uri(self) -> str:
        return f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true"

    def _configure(self) -> None:
        """Make the replica set, or tell it the port it has now when that is not the one of the last start.

        A new server has no user yet and accepts the first from this machine (MongoDB's localhost exception).
        """
        member = {"_id": 0, "host": f"{LOOPBACK}:{self.port}"}
        try:
            with _client(self.uri) as client:
                config = client.admin.command("replSetGetConfig")["config"]
                config["members"] = [config["members"][0] | member]
                config["version"] += 1
                client.admin.command("replSetReconfig", config, force=True)
        except OperationFailure as error:
            if error.code not in (AUTHENTICATION_FAILED, NOT_YET_INITIALIZED):
                raise
            with _client(self._anonymous_uri) as client:
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})

    def _ensure_user(self) -> None:
        """Create the platform's user on a server that has none."""
        try:
            with _client(self.uri) as client:
                client.admin.command("connectionStatus")
        except OperationFailure as error:
            if error.code != AUTHENTICATION_FAILED:
                raise
            with _client(self._anonymous_uri) as client:
                password = json.loads(self._credentials.read_text())["password"]
                client.admin.command("createUser", USER, pwd=password, roles=["root"])


def _client(uri: str) -> MongoClient:
    return MongoClient(uri, serverSelectionTimeoutMS=300, connectTimeoutMS=300, socketTimeoutMS=5000)
