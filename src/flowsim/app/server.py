"""The server: addresses, and who may reach them. By default this computer alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flowsim.app import pages
from flowsim.app.answers import Answers
from flowsim.app.catalogue import Catalogue
from flowsim.app.day import DaysOf
from flowsim.app.day_page import hour_of
from flowsim.app.downloads import Downloads
from flowsim.app.question import SCENARIO, WITH, Asked, Query, Refused, read_question
from flowsim.errors import FlowsimError, InputError

LOG = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
FIRST_WAIT, NEXT_WAIT = 2.5, 20.0
"""Seconds that an address waits for a first answer, and for more replications than have been seen."""
LONGEST_ADDRESS = 8000

BESIDES = ("seen", "replications", "at")
"""Fields of an address that are not part of the question."""
KINDS = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
    "data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every response: nothing is loaded from elsewhere, and nobody else may show or read it."""


class Guard:
    """Gives every response its headers, and refuses what another site's page asks for unseen."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        site, mode = (request.headers.get(f"sec-fetch-{name}", "") for name in ("site", "mode"))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if site in ("cross-site", "same-site") and mode != "navigate":
            await PlainTextResponse("asked for by another site", 403)(scope, receive, guarded)
        elif len(request.url.query) > LONGEST_ADDRESS:
            await PlainTextResponse("the address is too long", 414)(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


@dataclass(frozen=True, kw_only=True, eq=False)
class App:
    """What the addresses need.

    Parameters
    ----------
    catalogue : Catalogue
    answers : Answers
    downloads : Downloads
    days : DaysOf
    """

    catalogue: Catalogue
    answers: Answers
    downloads: Downloads
    days: DaysOf

    def start(self, _request: Request) -> Response:
        """Answer `/`."""
        return HTMLResponse(pages.start(self.catalogue, {}))

    def plan(self, request: Request) -> Response:
        """Answer `/plan`: the form of a scenario."""
        return self._form(_query(request), {}, 200)

    def answer(self, request: Request) -> Response:
        """Answer `/answer`: what is known, after a short wait for more than was seen."""
        query = _query(request)
        try:
            asked = read_question(query, self.catalogue)
            found = self.answers.of(asked)
        except Refused as error:
            return self._form(query, error.problems, 422)
        except FlowsimError as error:
            return self._form(query, {WITH: str(error)}, 422)
        seen = request.query_params.get("seen", "")
        if seen.isdecimal():
            self.answers.wait(found, int(seen[:9]), NEXT_WAIT)
        else:
            self.answers.wait(found, 0, FIRST_WAIT)
        return HTMLResponse(pages.answer(found), 500 if found.failed else 200)

    def scenario_yaml(self, request: Request) -> Response:
        """Answer `/scenario.yaml`: what was asked, as a file that can be rerun."""
        return self._asked(request, self._scenario_file)

    def _scenario_file(self, asked: Asked) -> Response:
        found = self.answers.of(asked)
        count = max(found.done, found.plan[0])
        return attachment(asked.scenario_yaml(count).encode(), asked.file, "application/yaml")

    def day(self, request: Request) -> Response:
        """Answer `/day`: where patients are at an hour."""

        def respond(asked: Asked) -> Response:
            arms = asked.arms(1)
            about = arms[0].planned.about
            try:
                at = hour_of(request.query_params.get("at", ""), about)
            except InputError as error:
                raise HTTPException(422, str(error)) from None
            return HTMLResponse(pages.day(asked, about, self.days(*arms), at))

        return self._asked(request, respond)

    def papers(self, request: Request) -> Response:
        """Answer `/papers`: what is taken away, made now if it was not before."""

        def respond(asked: Asked) -> Response:
            download = self.downloads.of(asked, self._count(request))
            seen = request.query_params.get("seen", "")
            if seen.isdecimal():
                self.downloads.wait(download, int(seen[:9]), NEXT_WAIT)
            return HTMLResponse(pages.papers(download), 500 if download.failed else 200)

        return self._asked(request, respond)

    def paper(self, request: Request) -> Response:
        """Answer `/papers/NAME`: one of the files, once they are ready."""

        def respond(asked: Asked) -> Response:
            download = self.downloads.of(asked, self._count(request))
            name = request.path_params["name"]
            file = download.file(name)
            if file is None or not download.ready:
                raise HTTPException(404, f"{name} is not there" if file is None else "It is not ready yet.")
            stem, _, ending = name.rpartition(".")
            kept = f"{download.folder.name}-{stem}.{ending}"
            return attachment(file.read_bytes(), kept, KINDS[ending])

        return self._asked(request, respond)

    def _count(self, request: Request) -> int:
        """Return the replications that are asked for, which an answer must have been given for."""
        asked = request.query_params.get("replications", "")
        if asked not in map(str, self.answers.plan):
            allowed = ", ".join(map(str, self.answers.plan))
            raise HTTPException(422, f"replications must be one of {allowed}; found “{asked[:9]}”")
        return int(asked)

    def _asked(self, request: Request, respond: Callable[[Asked], Response]) -> Response:
        """Return the response to a question, or the form with what is wrong in it."""
        query = _query(request)
        try:
            return respond(read_question(query, self.catalogue))
        except Refused as error:
            return self._form(query, error.problems, 422)
        except FlowsimError as error:
            return self._form(query, {WITH: str(error)}, 422)

    def _form(self, query: Query, problems: Mapping[str, str], status: int) -> Response:
        name = next((value for field, value in query if field == SCENARIO), "")
        try:
            offered = self.catalogue.scenario(name)
            loaded = offered.load()
        except FlowsimError as error:
            return HTMLResponse(pages.start(self.catalogue, {SCENARIO: str(error)}), 422)
        return HTMLResponse(pages.plan(self.catalogue, offered, loaded, query, problems), status)


def application(app: App, hosts: tuple[str, ...] = LOOPBACK) -> Starlette:
    """Return the application.

    Parameters
    ----------
    app : App
    hosts : tuple of str
        Names under which it may be asked for; anything else is refused, so that no other site's name can be
        pointed at it.
    """
    routes = [
        Route("/", app.start),
        Route("/plan", app.plan),
        Route("/answer", app.answer),
        Route("/scenario.yaml", app.scenario_yaml),
        Route("/day", app.day),
        Route("/papers", app.papers),
        Route("/papers/{name}", app.paper),
        Route("/style.css", lambda _: Response(pages.file("style.css"), media_type="text/css")),
        Route("/script.js", lambda _: Response(pages.file("script.js"), media_type="text/javascript")),
    ]
    allowed = Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard), allowed],
        exception_handlers={HTTPException: _unknown, Exception: _fault},
    )


def attachment(content: bytes, name: str, kind: str) -> Response:
    """Return a file to be kept."""
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _query(request: Request) -> Query:
    return [(name, value) for name, value in request.query_params.multi_items() if name not in BESIDES]


def _unknown(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "There is no such page", 405: "That cannot be done here"}
    heading = words.get(error.status_code, "That did not work")
    return HTMLResponse(pages.refused(heading, str(error.detail)), error.status_code)


def _fault(request: Request, error: Exception) -> Response:
    LOG.error("%s", request.url.path, exc_info=error)
    text = "A fault of flowsim’s own. The terminal in which it runs has the details."
    return HTMLResponse(pages.refused("flowsim itself failed", text), 500)
