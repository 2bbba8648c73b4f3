"""Whether the process in this container can do its work: exit code 0 or 1, its own words on stdout.

``python -m deploy.healthcheck`` asks ``/health/ready`` on ``HTTP_PORT``.
"""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    """Ask once, within three seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("HTTP_PORT", "8000")), timeout=3)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        sys.stdout.write(answer.read(10_000).decode(errors="replace") + "\n")
        return 0 if answer.status == 200 else 1
    except (OSError, http.client.HTTPException) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
