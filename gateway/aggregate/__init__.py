"""Answers composed from several services: plain functions over ``Services``, for the API and for the pages alike.

Each returns a dict with ``app``, ``app_name``, ``lang`` (who it is for), ``partial`` and ``failed`` (the services whose
part is missing). Every text is ``{"text", "lang"}`` with the language it really is in, or None.
"""

from gateway.aggregate.history import timeline
from gateway.aggregate.listing import listing
from gateway.aggregate.pages import event_page, maker_page, passport_page, title_page
from gateway.aggregate.search import search
from gateway.aggregate.today import today

__all__ = ["event_page", "listing", "maker_page", "passport_page", "search", "timeline", "title_page", "today"]
