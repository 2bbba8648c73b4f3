"""Who is asking: access tokens are verified here, against the published keys, in every service.

Tokens are JWTs signed with Ed25519 (RFC 8037; the fully specified algorithm name of RFC 9864), with ``iss``, ``aud``,
``exp``, ``iat``, ``sub``, ``name``, ``roles`` and ``jti``. What an actor may do with one object is the service's
``policies.py``; here only roles are known.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, has_request_context

from kernel.errors import Forbidden, Unauthenticated

View = TypeVar("View", bound=Callable[..., Any])

SECURITY_SCHEME = "bearer"


@dataclass(frozen=True)
class Actor:
    """An account as its token describes it."""

    id: str
    roles: frozenset[str] = frozenset()
    name: str = ""
    token_id: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether nobody signed in."""
        return not self.id

    def has(self, *roles: str) -> bool:
        """Whether this account has any of ``roles``."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor(id="")


def current_actor() -> Actor:
    """Who sent the request being answered; ``ANONYMOUS`` without a token."""
    return cast(Actor, g.get("actor", ANONYMOUS)) if has_request_context() else ANONYMOUS


def require(*roles: str) -> Callable[[View], View]:
    """Let only accounts with any of ``roles`` use a route: 401 for nobody, 403 for the wrong account.

    Without roles, any account. Put it between ``@blp.route`` and ``@blp.arguments``, so that it is asked before the
    body is read. It also documents the route's security in OpenAPI.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            check_roles(current_actor(), roles)
            return view(*args, **kwargs)

        documentation = deepcopy(getattr(view, "_apidoc", {}))
        manual = documentation.setdefault("manual_doc", {})
        manual["security"] = [{SECURITY_SCHEME: []}]
        manual["x-roles"] = sorted(roles)
        guarded._apidoc = documentation  # type: ignore[attr-defined]
        guarded.required_roles = frozenset(roles)  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def check_roles(actor: Actor, roles: tuple[str, ...]) -> None:
    """Raise ``Unauthenticated`` for nobody and ``Forbidden`` for an account without any of ``roles``."""
    if actor.anonymous:
        raise Unauthenticated(
            "This needs an account: send an access token.", headers={"WWW-Authenticate": 'Bearer realm="api"'}
        )
    if roles and not actor.has(*roles):
        raise Forbidden(f"This needs one of these roles: {', '.join(sorted(roles))}.")
