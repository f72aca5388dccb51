"""Every way by which a file was seen to leave a Jupyter server, in every method and disguise: all refused."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.answers import LARGEST_PAGE, check_api_body, check_location, check_media_type
from ecluse_platform.gateway.filter import Kind, check_may_pass
from ecluse_platform.gateway.headers import request_headers, response_cookies
from ecluse_platform.gateway.paths import read_address

SUFFIXES = (".ipynb", ".py", ".md", ".json", ".txt")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "WS", "get")
WAYS_OUT = (
    "/files/a.csv", "/files/", "/nbconvert/html/a.ipynb", "/nbconvert/script/a.ipynb", "/nbconvert/html",
    "/view/a.html", "/terminals/1", "/terminals/websocket/1", "/api/terminals/1", "/lsp/ws/pylsp", "/metrics",
    "/proxy/8888/", "/proxy/absolute/8888/", "/api/spec.yaml", "/custom/custom.css", "/api/config/notebook",
    "/tree", "/notebooks/a.ipynb", "/edit/a.py", "/lab/api/news", "/lab/api/licenses", "/lab/api/listings/x",
    "/lab/api/extensions", "/doc/tree/a.ipynb", "/login", "/api/shutdown", "/kernelspecs/python3/kernel.json",
    "/kernelspecs/python3/data.csv", "/services/gateway/", "/hub/home", "/api/security/csp-report",
    "/api/events", "/nbextensions/a.js", "/../files/a",
)  # fmt: skip
DISGUISES = (
    lambda path: path.replace("/", "//", 1),
    lambda path: "/lab/.." + path,
    lambda path: "/lab/%2e%2e" + path,
    lambda path: "/lab/%252e%252e" + path,
    lambda path: "/lab/%c0%ae%c0%ae" + path,
    lambda path: "/lab/..%2f" + path[1:],
    lambda path: "/lab/tree/../.." + path,
    lambda path: "/api/contents/../.." + path,
    lambda path: "/static/../" + path[1:],
    lambda path: "/lab/tree/%ef%bc%8e%ef%bc%8e/%ef%bc%8e%ef%bc%8e" + path,
    lambda path: path.replace("/", "\\", 1),
    lambda path: "/lab;" + path,
    lambda path: "/lab%00" + path,
    lambda path: path.upper(),
    lambda path: "http://other" + path,
    lambda path: "/" + "".join(f"%{ord(letter):02x}" for letter in path[1:]),
)


@pytest.mark.parametrize("path", WAYS_OUT)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_every_way_out_is_refused(method: str, path: str) -> None:
    """No method opens what is closed."""
    with pytest.raises(Refusal):
        check_may_pass(method, read_address(path), SUFFIXES)


@pytest.mark.parametrize("path", WAYS_OUT)
@pytest.mark.parametrize("disguise", range(len(DISGUISES)))
def test_no_disguise_opens_a_way_out(disguise: int, path: str) -> None:
    """However an address is written, it is refused, or stays what it literally says inside an open folder."""
    with pytest.raises(Refusal):
        check_may_pass("GET", read_address(DISGUISES[disguise](path)), SUFFIXES)


@pytest.mark.parametrize(
    "query",
    ["format=base64", "content=1&format=base64", "format=text&format=base64", "FORMAT=base64", "format=%62ase64",
     "format=BASE64", "download=1", "content=2", "type=other", "content=1;format=base64"],
)  # fmt: skip
def test_no_query_asks_for_an_encoded_file(query: str) -> None:
    """The encodings that carry binary files cannot be asked for, in any spelling."""
    with pytest.raises(Refusal):
        check_may_pass("GET", read_address(f"/api/contents/a.md?{query}"), SUFFIXES)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.zip", "a", "a.ipynb.zip", ".ipynb", "a.md.", "a.py~"])
def test_other_files_are_listed_only(name: str) -> None:
    """A file of a kind that is not shown passes as a listing, whose answer may hold no content."""
    allowed = check_may_pass("GET", read_address(f"/api/contents/{name}?content=1"), SUFFIXES)
    assert allowed.kind is Kind.LISTING
    with pytest.raises(Refusal, match="gateway_unreadable"):
        check_api_body(allowed.kind, 200, b'{"type": "file", "format": "text", "content": "1,2"}', SUFFIXES)


@pytest.mark.parametrize(
    "body",
    [b"not json", b'{"type": "directory", "content": [{"content": "x"}]}', b'{"type": "directory", "content": "x"}',
     b'{"type": "directory", "content": ["x"]}', b"[" * 100000],
)  # fmt: skip
def test_a_listing_is_a_listing(body: bytes) -> None:
    """An answer of another shape is refused."""
    with pytest.raises(Refusal):
        check_api_body(Kind.LISTING, 200, body, SUFFIXES)


def test_an_encoded_answer_is_refused_even_unasked() -> None:
    """Jupyter sends base64 by itself for a binary file with a readable name."""
    with pytest.raises(Refusal, match="gateway_unreadable"):
        check_api_body(Kind.API, 200, b'{"type": "file", "format": "base64", "content": "AA=="}', SUFFIXES)


@pytest.mark.parametrize("media", ["text/html", "application/octet-stream", "text/csv", "", "image/png"])
def test_the_api_speaks_json(media: str) -> None:
    """An answer that a browser could save or run is refused."""
    with pytest.raises(Refusal):
        check_media_type(Kind.API, media, b"{}")


def test_a_page_is_small_and_is_html() -> None:
    """No file of data hides in a page."""
    with pytest.raises(Refusal):
        check_media_type(Kind.PAGE, "text/html", b"x" * (LARGEST_PAGE + 1))
    with pytest.raises(Refusal):
        check_media_type(Kind.PAGE, "application/json", b"{}")


WORKSPACE = Workspace("researcher1", "diabete-idf")
ORIGIN, PUBLIC = "http://researcher1.hub.localhost:8000", "http://hub.localhost:8000"
BASE = WORKSPACE.base_path
AUTHORIZE = (
    f"{PUBLIC}/hub/api/oauth2/authorize?client_id=jupyterhub-user-researcher1-diabete-idf&response_type=code&state=abc"
)


@pytest.mark.parametrize(
    "place",
    ["http://other/?data", "//other/", "https://hub.localhost:8000/hub/home", f"{PUBLIC}/hub/home?data", "javascript:x",
     f"{BASE}files/a.csv", f"{BASE}../../hub/", f"{BASE}api/contents/a.md", "/user/researcher2/diabete-idf/lab", "",
     f"{AUTHORIZE}&redirect_uri=http://other/", f"{AUTHORIZE}&redirect_uri={BASE}oauth_callback&data=1",
     f"{AUTHORIZE}&redirect_uri={BASE}oauth_callback&scope={'x' * 300}",
     f"{AUTHORIZE}&redirect_uri={BASE}oauth_callback#data",
     f"{AUTHORIZE}&redirect_uri={BASE}oauth_callback&state=def",
     f"{AUTHORIZE}&redirect_uri={BASE}oauth_callback".replace("diabete-idf&", "antibio-national&")],
)  # fmt: skip
def test_a_redirect_carries_nothing_away(place: str) -> None:
    """A workspace may send the browser to its own pages or to the hub's login for itself, nowhere else."""
    with pytest.raises(Refusal):
        check_location(place, WORKSPACE, PUBLIC, ORIGIN)


def test_good_redirects_pass() -> None:
    """Its pages lose their query; the login keeps its own."""
    login = f"{AUTHORIZE}&{urlencode({'redirect_uri': f'{ORIGIN}{BASE}oauth_callback'})}"
    assert check_location(f"{BASE}lab?data=1", WORKSPACE, PUBLIC, ORIGIN) == f"{BASE}lab"
    assert check_location(f"{ORIGIN}{BASE}lab", WORKSPACE, PUBLIC, ORIGIN) == f"{BASE}lab"
    assert check_location(login, WORKSPACE, PUBLIC, ORIGIN) == login


def test_the_workspace_never_sees_another_credential() -> None:
    """The gateway's session, the hub's cookies and other kinds of authorization stay outside."""
    sent = request_headers(
        {
            "Cookie": "ecluse-gateway=s; jupyterhub-session-id=h; _xsrf=x; jupyterhub-user-researcher1-diabete-idf=j; "
            "jupyterhub-user-researcher1-other=o",
            "Authorization": "Bearer abc",
            "X-Forwarded-For": "1.2.3.4",
            "Forwarded": "for=1.2.3.4",
        },
        WORKSPACE,
        ORIGIN,
    )
    assert sent["Cookie"] == "_xsrf=x; jupyterhub-user-researcher1-diabete-idf=j"
    assert {"Authorization", "X-Forwarded-For", "Forwarded"} & set(sent) == set()


def test_the_workspace_sets_only_its_own_cookies() -> None:
    """No cookie for another name, host or path, and none that could replace the gateway's."""
    kept = response_cookies(
        ["ecluse-gateway=x; Path=/", "_xsrf=1|2; Domain=hub.localhost; Path=/", "jupyterhub-session-id=x", "a=b",
         "jupyterhub-user-researcher1-diabete-idf=v; Path=/; Max-Age=9", f"_xsrf={'x' * 5000}"],
        WORKSPACE,
        secure=False,
    )  # fmt: skip
    assert kept == [
        f"_xsrf=1|2; Path={BASE}; SameSite=Lax",
        f"jupyterhub-user-researcher1-diabete-idf=v; Path={BASE}; SameSite=Lax; Max-Age=9; HttpOnly",
    ]


def test_the_host_prefix_of_https_is_kept() -> None:
    """Under HTTPS Jupyter's own cookie is bound to the whole host, as its prefix demands."""
    name = "__Host-jupyterhub-user-researcher1-diabete-idf"
    kept = response_cookies([f"{name}=v; Path=/; Secure", "__Host-ecluse-gateway=v"], WORKSPACE, secure=True)
    assert kept == [f"{name}=v; Path=/; SameSite=Lax; HttpOnly; Secure"]
