"""The allow-list: what a JupyterLab session needs passes, as what it is."""

from __future__ import annotations

import pytest

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.filter import Kind, check_may_pass
from ecluse_platform.gateway.paths import read_address

SUFFIXES = (".ipynb", ".py", ".md", ".json", ".txt")
KERNEL = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
SEEN = [
    ("GET", "/", Kind.PAGE),
    ("GET", "/lab", Kind.PAGE),
    ("GET", "/lab?reset", Kind.PAGE),
    ("GET", "/lab/tree/dossier/Mon%20carnet.ipynb", Kind.PAGE),
    ("GET", "/lab/workspaces/auto-x", Kind.PAGE),
    ("GET", "/lab/workspaces/auto-x/tree/a.ipynb", Kind.PAGE),
    ("GET", "/oauth_callback?code=abc&state=def", Kind.SIGN_IN),
    ("GET", "/logout", Kind.LOGOUT),
    ("GET", "/static/lab/main.js?v=1", Kind.STATIC),
    ("GET", "/lab/extensions/@x/y/static/a.js", Kind.STATIC),
    ("GET", "/lab/api/themes/@jupyterlab/theme-light-extension/index.css", Kind.STATIC),
    ("GET", "/lab/api/translations/fr_FR?1700000000000", Kind.STATIC),
    ("GET", "/lab/api/translations/", Kind.STATIC),
    ("GET", "/kernelspecs/python3/logo-64x64.png", Kind.STATIC),
    ("GET", "/lab/api/settings?ids_only=true", Kind.API),
    ("GET", "/lab/api/settings/@jupyterlab/apputils-extension:themes", Kind.API),
    ("PUT", "/lab/api/settings/@jupyterlab/apputils-extension:themes", Kind.API),
    ("GET", "/lab/api/workspaces/default", Kind.API),
    ("PUT", "/lab/api/workspaces/default", Kind.API),
    ("GET", "/lab/api/build", Kind.OWN),
    ("GET", "/api", Kind.OWN),
    ("GET", "/api/me", Kind.API),
    ("GET", "/api/status", Kind.API),
    ("GET", "/api/kernelspecs", Kind.API),
    ("GET", "/api/nbconvert", Kind.OWN),
    ("GET", "/api/terminals", Kind.OWN),
    ("GET", "/api/config/jupyterlabapputilsextensionannouncements", Kind.OWN),
    ("GET", "/lsp/status", Kind.OWN),
    ("GET", "/api/contents?content=1&hash=0&1700000000000", Kind.LISTING),
    ("GET", "/api/contents/", Kind.LISTING),
    ("GET", "/api/contents/dossier", Kind.LISTING),
    ("GET", "/api/contents/table.parquet?content=0&hash=0", Kind.LISTING),
    ("GET", "/api/contents/a.ipynb?type=notebook&content=1&hash=1&contentProviderId=undefined", Kind.API),
    ("GET", "/api/contents/A.IPYNB?content=1", Kind.API),
    ("POST", "/api/contents", Kind.SAVE),
    ("PUT", "/api/contents/a.ipynb", Kind.SAVE),
    ("PATCH", "/api/contents/a.ipynb", Kind.SAVE),
    ("DELETE", "/api/contents/a.ipynb", Kind.SAVE),
    ("GET", "/api/contents/a.ipynb/checkpoints", Kind.SAVE),
    ("POST", "/api/contents/a.ipynb/checkpoints", Kind.SAVE),
    ("POST", "/api/contents/a.ipynb/checkpoints/checkpoint", Kind.SAVE),
    ("DELETE", "/api/contents/a.ipynb/checkpoints/checkpoint", Kind.SAVE),
    ("GET", "/api/sessions", Kind.API),
    ("POST", "/api/sessions", Kind.API),
    ("PATCH", f"/api/sessions/{KERNEL}", Kind.API),
    ("DELETE", f"/api/sessions/{KERNEL}", Kind.API),
    ("GET", f"/api/kernels/{KERNEL}", Kind.API),
    ("POST", "/api/kernels", Kind.API),
    ("DELETE", f"/api/kernels/{KERNEL}", Kind.API),
    ("POST", f"/api/kernels/{KERNEL}/interrupt", Kind.API),
    ("POST", f"/api/kernels/{KERNEL}/restart", Kind.API),
    ("WS", f"/api/kernels/{KERNEL}/channels?session_id={KERNEL}", Kind.SOCKET),
    ("WS", "/api/events/subscribe", Kind.SOCKET),
]


@pytest.mark.parametrize(("method", "target", "kind"), SEEN)
def test_what_lab_uses_passes(method: str, target: str, kind: Kind) -> None:
    """Each request seen in a normal session is allowed, as its own kind."""
    assert check_may_pass(method, read_address(target), SUFFIXES).kind is kind


def test_the_workspace_receives_what_was_decided_on() -> None:
    """The address sent is our own encoding of the decoded one, without what only the browser needs."""
    allowed = check_may_pass("GET", read_address("/api/contents/d%C3%A9p%C3%B4t/a%20b.md?content=1&1700"), SUFFIXES)
    assert allowed.target == "api/contents/d%C3%A9p%C3%B4t/a%20b.md?content=1"


def test_a_page_takes_no_query_along() -> None:
    """A token in a page's address is never handed to the workspace."""
    assert check_may_pass("GET", read_address("/lab?token=abc"), SUFFIXES).target == "lab"


def test_a_refused_download_names_the_way_out() -> None:
    """Whoever looks for a download is told about the export."""
    with pytest.raises(Refusal) as caught:
        check_may_pass("GET", read_address("/files/a.csv"), SUFFIXES)
    assert caught.value.code == "gateway_no_download"
    assert "ecluse.export" in caught.value.next_step.fr
