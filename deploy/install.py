"""Make the virtual environment and what the tests need beyond it. Runs on a bare Python: standard library only.

``python3 deploy/install.py embedded|dev [--java] [--chromium] [--pango]``. What is there already is left alone, so a
second run takes no time. Packages come from the hash-locked ``requirements/<set>.txt``.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NEEDED_PYTHON = (3, 11)
TOOLS = {
    "java": (("java",), "default-jre-headless"),
    "maven": (("mvn",), "maven"),
    "chromium": (("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"), "chromium"),
    "pango": (("libpangoft2-1.0.so.0",), "libpangoft2-1.0-0"),
}
"""Tool to the program names it goes by, or the library's file name, and the Debian package that brings it."""


class Unable(Exception):
    """Something is missing that cannot be installed from here; the message says what to do."""


def main() -> int:
    """Install what was asked for; 1 and one line on stderr when that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", choices=["embedded", "dev"])
    parser.add_argument("--java", action="store_true", help="Java and Maven, for a real Apache Kafka")
    parser.add_argument("--chromium", action="store_true", help="a browser, for the tests of the pages")
    parser.add_argument("--pango", action="store_true", help="what sets the printed guide")
    arguments = parser.parse_args()
    wanted = [*(["java", "maven"] if arguments.java else []), *(["chromium"] if arguments.chromium else [])]
    wanted += ["pango"] if arguments.pango else []
    try:
        install_packages(arguments.packages)
        install_tools(wanted)
    except Unable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def install_packages(name: str) -> None:
    """Make ``.venv`` hold what ``requirements/<name>.txt`` says, unless it does."""
    if sys.version_info < NEEDED_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:3])
        raise Unable(f"Python 3.11 or later is needed, this is {found}: name a newer one, `make PYTHON=python3.12 ...`")
    locked = ROOT / "requirements" / f"{name}.txt"
    content = hashlib.sha256(locked.read_bytes()).hexdigest()
    stamp = VENV / f".{name}-installed"
    python = VENV / "bin" / "python"
    if python.exists() and stamp.exists() and stamp.read_text() == content:
        return
    if not python.exists():
        say("Making the virtual environment in .venv")
        try:
            venv.create(VENV, clear=True, with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            raise Unable(
                f"No virtual environment can be made ({error}); on Debian: apt-get install python3-venv"
            ) from error
    count = sum(1 for line in locked.read_text().splitlines() if "==" in line and not line.startswith(" "))
    say(f"Installing the {count} packages of {locked.relative_to(ROOT)}; the first time this takes a minute or two")
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    done = subprocess.run([*pip, "--progress-bar", "off", "--require-hashes", "-r", str(locked)], check=False)
    if done.returncode:
        raise Unable("The packages could not be installed; what pip said stands above. Run the same command again.")
    stamp.write_text(content)


def install_tools(names: list[str]) -> None:
    """Install programs that are missing, where this user may: as root on Debian. Elsewhere say what is missing.

    Tests that need a missing program are skipped and say so; where ``CI`` is set its absence is an error.
    """
    missing = [name for name in names if not any(is_there(each) for each in TOOLS[name][0])]
    if not missing:
        return
    packages = [TOOLS[name][1] for name in missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {', '.join(missing)}")
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        done = subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, **quiet
        )
        if done.returncode == 0:
            return
    message = f"Missing: {', '.join(missing)}; install {' '.join(packages)} (their names on Debian)."
    if os.environ.get("CI"):
        raise Unable(message)
    say(f"{message} Tests that need them will be skipped.")


def is_there(name: str) -> bool:
    """Whether a program is on the path, or a shared library can be loaded."""
    if ".so." not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def say(line: str) -> None:
    """A line of progress."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
