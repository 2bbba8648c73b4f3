"""``python -m deploy.embedded up|demo``: run the whole platform on this machine. See ``--help``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.files import DataDirectory
from deploy.embedded.processes import StartFailed, free_port
from deploy.embedded.starter import PROCESSES, Options, Starter
from deploy.embedded.topology import ROOT

CHOICES = """\
environment:
  GATEWAY_PORT             port of the gateway (8080)
  DATA_DIR                 where everything is kept (.data)
  LOCALITY                 which towns (deploy/localities/newhaven-dieppe.toml)
  MONGOD                   the mongod program to run, when it is not on PATH
  MONGODB_URI              use this MongoDB replica set instead of starting one
  KAFKA=apache             run a real Apache Kafka instead of the embedded broker; needs Java 17 and Maven
  KAFKA_BOOTSTRAP_SERVERS  use this Kafka instead of starting one
  DEMO=0                   leave the demonstration data out
"""


def main() -> int:
    """Run until stopped. 0: stopped as asked; 1: it could not be started, and the message says why."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.embedded", epilog=CHOICES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("up", help="start everything, stop it on Ctrl-C").set_defaults(run=up)
    commands.add_parser("demo", help="walk the acceptance stories through the gateway").set_defaults(run=demo)
    try:
        return int(parser.parse_args().run(options_from(os.environ), data_directory(os.environ)))
    except StartFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1


def up(options: Options, data: Path) -> int:
    """Run the platform until it is told to stop."""
    with DataDirectory(data) as directory:
        return Starter(options, directory).run()


def demo(options: Options, data: Path) -> int:
    """Walk the stories through the platform that runs on ``data``, else through one started for it and thrown away."""
    if DataDirectory(data).in_use:
        return walk(data)
    with tempfile.TemporaryDirectory(prefix="platform-") as scratch, DataDirectory(Path(scratch)) as directory:
        own = dataclasses.replace(options, gateway_port=free_port(), demo=True)
        return Starter(own, directory).run(lambda: walk(directory))


def walk(data: Path) -> int:
    """The stories, told step by step on stdout; 0 when all went as they should."""
    try:
        url = json.loads((data / PROCESSES).read_text())["gateway"]["url"]
    except FileNotFoundError:
        raise StartFailed(
            f"The platform on {data} is not ready yet; run this again when it says that it runs."
        ) from None
    command = [sys.executable, "-m", "deploy.demo", "walk", "--url", url, "--data-dir", str(data)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def data_directory(env: Mapping[str, str]) -> Path:
    """Where everything is kept."""
    return Path(env.get("DATA_DIR") or ROOT / ".data").resolve()


def options_from(env: Mapping[str, str]) -> Options:
    """What the environment chooses. Raises ``StartFailed`` naming the variable that is not right."""
    port = env.get("GATEWAY_PORT") or "8080"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise StartFailed(f"GATEWAY_PORT={port} is no port: use a number from 1 to 65535")
    kafka = env.get("KAFKA") or "embedded"
    if kafka not in ("embedded", "apache"):
        raise StartFailed(f"KAFKA={kafka} is not known: use KAFKA=apache or leave it out")
    locality = Path(env.get("LOCALITY") or ROOT / "deploy/localities/newhaven-dieppe.toml")
    if not locality.is_file():
        raise StartFailed(f"LOCALITY={locality} is no file: use one of deploy/localities/")
    return Options(
        gateway_port=int(port),
        locality=locality.resolve(),
        mongodb_uri=env.get("MONGODB_URI") or None,
        kafka_bootstrap=env.get("KAFKA_BOOTSTRAP_SERVERS") or None,
        apache=kafka == "apache",
        demo=env.get("DEMO", "1") != "0",
    )


if __name__ == "__main__":
    sys.exit(main())
