"""Files of an installation: private ones, logs of bounded size, and the lock that keeps a second start out."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from deploy.embedded.processes import StartFailed

LOG_BYTES = 10 * 1024 * 1024
"""A log is moved aside when it is larger; one old one is kept."""
NEEDED_BYTES = 500 * 1024 * 1024
"""Free space below which nothing is started: MongoDB stops hard on a full disk."""


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def rotate(log: Path, limit: int = LOG_BYTES) -> None:
    """Copy a log that is over ``limit`` bytes to ``<name>.1`` and empty it; its writer, who appends, goes on."""
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


class DataDirectory:
    """The folder of one installation, used by one start at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @property
    def in_use(self) -> bool:
        """Whether a start holds the folder at this moment."""
        try:
            with (self.path / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def __enter__(self) -> Path:
        """Take the folder. Raises ``StartFailed`` when it is in use, cannot be written or has too little room."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._require_room()
            self._lock = (self.path / "lock").open("a+")
            self._take()
        except OSError as error:
            raise StartFailed(f"{self.path} cannot be written: {error.strerror}. Set DATA_DIR to a folder.") from error
        return self.path

    def _require_room(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < NEEDED_BYTES:
            raise StartFailed(
                f"Only {free // 2**20} MB are free for {self.path}; {NEEDED_BYTES // 2**20} MB are needed. "
                "Free some, or set DATA_DIR to a folder on another disk."
            )

    def _take(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            holder = self._lock.read().strip()
            self._lock.close()
            raise StartFailed(
                f"The platform already runs on {self.path} as process {holder}. "
                "Stop that one first, or set DATA_DIR to another folder."
            ) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def __exit__(self, *_: object) -> None:
        """Give the folder back."""
        self._lock.close()
