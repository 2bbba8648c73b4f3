"""The web pages. No script, and no cookie but the language and, for who makes one, the key of a pass.

``browse`` is what everyone looks at; ``registering``, ``proposing``, ``passes`` and ``planning`` are what people do, by
forms that work without script; ``tours`` shows tours. Each module adds its routes to the one blueprint.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from gateway import embed
from gateway.pages import browse, passes, planning, proposing, registering, tours
from gateway.pages.blueprint import pages
from gateway.parked_pages import operate
from gateway.web import days, errors, sailings
from gateway.web.texts import begin, moment

WITH_ROUTES = (browse, passes, planning, proposing, registering, tours)
"""Importing these gave the blueprint its routes."""


def register(app: Flask) -> None:
    """Serve the pages from ``app``, and tell its errors to people as pages."""
    app.register_blueprint(pages)
    app.register_blueprint(embed.blueprint)
    app.register_blueprint(operate)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(days=days, sailings=sailings, moment=moment)
    app.jinja_env.filters["begin"] = begin
    errors.register(app)
