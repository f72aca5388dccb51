"""Coming in, going out, and the files that make pages look right."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.render import Renderer
from ecluse_platform.egress.web.routes.form import Form
from ecluse_platform.egress.web.site import Site
from ecluse_platform.egress.web.visitor import Visitor

_STATIC = {"ecluse.css": "text/css; charset=utf-8", "logo.svg": "image/svg+xml"}


def routes(door: Door, renderer: Renderer, site: Site) -> APIRouter:
    """Return the routes of the entrance."""
    router = APIRouter()
    visits = Depends(door.visitor)
    posts = Depends(door.form)
    design = resources.files("ecluse_platform.design")
    static = {name: design.joinpath(name).read_bytes() for name in _STATIC}

    @router.get("/")
    def start(visitor: Visitor = visits) -> Response:
        page = "review" if visitor.is_steward else "operations" if visitor.is_operator else "requests"
        return RedirectResponse(f"{site.cookie_path}{page}", status_code=302)

    @router.get("/oauth_callback")
    def come_back(request: Request, code: str = "", state: str = "") -> Response:
        return door.complete(request, code, state)

    @router.post("/logout")
    def leave(request: Request, _form: Form = posts) -> Response:
        # Not a redirect: browsers hold every stop after a form, up to the identity provider, against `form-action`.
        return door.leave(request, renderer.page(request, None, "goodbye.html", {}))

    @router.get("/static/{name}")
    def look(name: str, v: str = "") -> Response:
        if name not in static:
            raise Refusal("not_found")
        # Only an address that names the content's version may be kept for good.
        keep = "public, max-age=31536000, immutable" if v else "public, max-age=300"
        return Response(static[name], media_type=_STATIC[name], headers={"Cache-Control": keep})

    return router
