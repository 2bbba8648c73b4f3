"""The API process: gunicorn with one worker of many threads, everything opened after the fork."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from kernel.config import Settings
from kernel.http import create_app
from kernel.logs import configure_logging
from kernel.runtime import open_runtime
from kernel.service import Service

GRACE = 8
"""Seconds that requests under way have to finish after SIGTERM."""


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """One worker, so that metrics are whole and caches shared; more capacity is more processes behind the gateway."""
    return {
        "bind": f"{settings.http_host}:{settings.http_port}",
        "workers": 1,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "timeout": 30,
        "graceful_timeout": GRACE,
        "keepalive": 30,
        "forwarded_allow_ips": "",
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "limit_request_field_size": 8190,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": settings.log_level.lower(),
        "logger_class": JsonLogger,
        "control_socket_disable": True,
        "proc_name": "api",
    }


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own messages through the process's structured log instead of its own handlers."""

    def setup(self, cfg: Any) -> None:
        """Leave everything to the root logger."""
        del cfg
        self.error_log.propagate = True
        self.error_log.handlers.clear()
        self.access_log.disabled = True


class ApiServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn told what to do from here and not from files or arguments."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options."""
        for name, value in gunicorn_options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; gunicorn calls this in the worker, after the fork."""
        return create_app(self._service, open_runtime(self._service, self._settings))


def serve_api(service: Service, settings: Settings) -> None:
    """Answer HTTP until SIGTERM or SIGINT; does not return."""
    configure_logging(service.name, "api", settings.log_level)
    ApiServer(service, settings).run()
