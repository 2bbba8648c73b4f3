"""``python -m deploy.embedded up``: run the whole platform on this machine. What may be chosen is in ``--help``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from deploy.embedded.files import DataDirectory
from deploy.embedded.processes import StartFailed
from deploy.embedded.starter import Options, Starter
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
    parser.add_argument("command", choices=["up"], help="start everything, stop it on Ctrl-C")
    parser.parse_args()
    try:
        with DataDirectory(Path(os.environ.get("DATA_DIR") or ROOT / ".data")) as data:
            Starter(options_from(os.environ), data).run()
    except StartFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def options_from(env: os._Environ[str] | dict[str, str]) -> Options:
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
