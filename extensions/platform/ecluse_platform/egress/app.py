"""The web application: routes, guards and errors joined; the worker lives as long as it does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

from fastapi import FastAPI

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.api.errors import Shield, answer_errors
from ecluse_platform.egress.api.guards import BodyLimit
from ecluse_platform.egress.api.internal import internal_router
from ecluse_platform.egress.api.researcher import researcher_router
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.headers import StrictHeaders

AddPages = Callable[[FastAPI, Deps], None]
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(
    deps: Deps, add_pages: AddPages | None = None, background: AbstractContextManager[object] | None = None
) -> FastAPI:
    """Return the application; ``add_pages`` adds the pages for people, ``background`` runs while it serves."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with background or nullcontext():
            yield

    app = FastAPI(title="Écluse egress", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    prefix = deps.settings.prefix
    app.include_router(researcher_router(deps), prefix=f"{prefix}/api/v1")
    app.include_router(internal_router(deps), prefix=prefix)
    # Before the pages, which would answer a program with a page for people.
    app.add_api_route(f"{prefix}/api/{{rest:path}}", _nothing_here, methods=_METHODS)
    if add_pages is not None:
        add_pages(app, deps)
    answer_errors(app)
    # The last one added stands outermost: even an answer of the shield carries the headers.
    app.add_middleware(BodyLimit)
    app.add_middleware(Shield)
    app.add_middleware(StrictHeaders)
    return app


def _nothing_here(rest: str) -> None:
    del rest
    raise Refusal("not_found")
