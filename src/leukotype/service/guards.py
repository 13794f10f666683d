"""What stands before every request: whose it is, whence it comes, how much it sends; the answers' headers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leukotype.service.limits import MEGABYTE, RefusedError

COOKIE: Final = "leukotype_token"
_TOKEN: Final = "token"  # noqa: S105 - the name of the parameter
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_OPEN: Final = frozenset({"/health"})  # asked by what watches over a container
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY: Final = "content-security-policy"
_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        POLICY: _POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",  # under no-referrer a browser would send its own forms as of nobody
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cache-control": "no-store",
    }
)


def is_local(host: str) -> bool:
    """Whether a service that listens there is reached from this machine alone."""
    return host in _LOCAL


@dataclass(frozen=True)
class Guard:
    """The guard of an application.

    Parameters
    ----------
    host
        where the service listens.
    token
        what every client must know; empty on this machine alone.
    most
        bytes of one request.
    """

    app: ASGIApp
    host: str
    token: str
    most: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or let it through with what it sends counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        answer = self._refuse(scope, headers) or self._ask_token(scope, headers)
        guarded = _with_headers(send)
        if answer is not None:
            await answer(scope, receive, guarded)
            return
        await self.app(scope, _counted(receive, self.most), guarded)

    def _refuse(self, scope: Scope, headers: Mapping[str, str]) -> Response | None:
        """Refuse what another site sends through this browser, and what is too large by its own word."""
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if not self.token and host not in {*_LOCAL, self.host}:
            return _refusal(421, "expected the address of this machine; another name was used")
        if scope["method"] not in _SAFE:
            origin = headers.get("origin")
            foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
            if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return _refusal(403, "requests of other sites are refused")
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self.most:
            return _refusal(413, _too_large(self.most))
        return None

    def _ask_token(self, scope: Scope, headers: Mapping[str, str]) -> Response | None:
        """Let those through who know the token; the address that brings it becomes a cookie."""
        if not self.token or scope["path"] in _OPEN:
            return None
        if any(self._is_token(each) for each in _tokens(headers)):
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"))
        if scope["method"] == "GET" and any(name == _TOKEN and self._is_token(each) for name, each in query):
            rest = urlencode([(name, each) for name, each in query if name != _TOKEN])
            answer = RedirectResponse(scope["path"] + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        return _refusal(
            401, "expected the token of this service, as Authorization: Bearer TOKEN or ?token=TOKEN"
        )

    def _is_token(self, told: str) -> bool:
        return secrets.compare_digest(told.encode(), self.token.encode())


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _tokens(headers: Mapping[str, str]) -> Iterator[str]:
    kind, _, told = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        yield told.strip()
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return
    if found is not None:
        yield found.value


def _refusal(code: int, why: str) -> Response:
    return JSONResponse({"detail": why}, code)


def _too_large(most: int) -> str:
    return f"expected at most {most // MEGABYTE:,} MB in one request, found more: give fewer files at a time"


def _counted(receive: Receive, most: int) -> Receive:
    """Count what a request sends, whatever it said of its length."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise RefusedError(413, _too_large(most))
        return message

    return counting


def _with_headers(send: Send) -> Send:
    """Add to an answer the headers that it does not have."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            further = [(k.encode(), v.encode()) for k, v in _HEADERS.items() if k.encode() not in present]
            message = {**message, "headers": [*message["headers"], *further]}
        await send(message)

    return sending
