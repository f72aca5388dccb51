"""The test stack: a whole Écluse in containers, brought up by the same scripts as the demonstration."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ecluse_platform.core.names import Workspace

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = "ecluse-test"
STATE = ROOT / "build" / "test-state"
POLICIES = ROOT / "build" / "test-policies"
PORT = 18000
IDP_PORT = 18100
PATIENTS = 20000
# What a run changes. Tables, extracts and keys are kept: the next run makes them again if their inputs changed.
CHANGING = ("hub", "gateway", "egress", "audit", "idp", "run")
ENVIRONMENT = {
    "ECLUSE_INSTANCE": INSTANCE,
    "ECLUSE_STATE": str(STATE),
    "ECLUSE_POLICIES": str(POLICIES),
    "ECLUSE_PORT": str(PORT),
    "ECLUSE_IDP_PORT": str(IDP_PORT),
    "ECLUSE_PATIENTS": str(PATIENTS),
}


def tool(name: str, *arguments: str) -> str:
    """Run a script of tools/ on the test instance; its output is the error if it fails."""
    done = subprocess.run(
        [ROOT / "tools" / name, *arguments],
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"tools/{name} {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


@dataclass(frozen=True)
class Done:
    """What a command inside a container did."""

    code: int
    output: str
    error: str

    def ok(self) -> str:
        """Return the output of a command that must have worked."""
        assert self.code == 0, f"ended with {self.code}\n{self.output}\n{self.error}"
        return self.output


def docker(*arguments: str, given: str | None = None) -> Done:
    """Run the Docker client."""
    done = subprocess.run(["docker", *arguments], input=given, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Stack:
    """A running test instance, and what a test may do to it."""

    hub_url: str = f"http://hub.localhost:{PORT}"
    egress_url: str = f"http://egress--service.hub.localhost:{PORT}/services/egress"
    gateway_url: str = f"http://gateway--service.hub.localhost:{PORT}/services/gateway"
    idp_url: str = f"http://idp.localhost:{IDP_PORT}"
    port: int = PORT
    instance: str = INSTANCE
    state: Path = field(default=STATE)
    policies: Path = field(default=POLICIES)

    @property
    def password(self) -> str:
        """The password of every demonstration account."""
        return (self.state / "secrets" / "idp" / "demo_password").read_text()

    def workspace_url(self, user: str, project: str, path: str = "lab") -> str:
        """Where a browser reaches a workspace."""
        return f"http://{user}.hub.localhost:{self.port}/user/{user}/{project}/{path}"

    def compose(self, *arguments: str) -> str:
        """Run Docker Compose on the instance."""
        return tool("compose.sh", *arguments)

    def kill(self, service: str) -> None:
        """End a service as a crash would, without a chance to tidy up; it stays down until `start`."""
        # A container killed through the engine is not restarted by its policy.
        self.compose("kill", "-s", "KILL", service)

    def start(self, *services: str) -> None:
        """Start services again and wait until everything answers."""
        self.compose("up", "--detach", "--no-recreate", *services)
        tool("ready.sh")

    def restart(self, *services: str) -> None:
        """Restart services and wait until everything answers."""
        self.compose("restart", *services)
        tool("ready.sh")

    def container(self, service: str) -> str:
        """Return the id of a service's container."""
        return self.compose("ps", "--quiet", service).strip()

    def run_in_service(self, service: str, code: str) -> Done:
        """Run Python inside a service's container, as the service's own user."""
        return docker("exec", "--interactive", self.container(service), "python", "-", given=code)

    def run_in_workspace(self, user: str, project: str, code: str) -> Done:
        """Run Python inside a running workspace, as the researcher would: same user, same variables."""
        name = Workspace(user, project).container(self.instance)
        return docker("exec", "--interactive", "--user", "1000:1000", name, "python", "-", given=code)

    def shell_in_workspace(self, user: str, project: str, *command: str) -> Done:
        """Run a command inside a running workspace, as the researcher would."""
        return docker("exec", "--user", "1000:1000", Workspace(user, project).container(self.instance), *command)

    def ecluse(self, *arguments: str) -> Done:
        """Run the `ecluse` command on the instance's state and policies."""
        done = subprocess.run(
            [ROOT / ".venv" / "bin" / "ecluse", *arguments],
            env=os.environ | ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def project_file(self, project: str) -> Path:
        """Return the policy file of a project."""
        return self.policies / "projects" / f"{project}.yaml"

    @contextmanager
    def changed(self, path: Path, changes: Sequence[tuple[str, str]]) -> Iterator[None]:
        """Change words in a policy file for the length of a block."""
        before = path.read_text()
        after = before
        for old, new in changes:
            assert old in after, f"{path.name} does not hold {old!r}"
            after = after.replace(old, new, 1)
        path.write_text(after)
        try:
            yield
        finally:
            path.write_text(before)

    def dump_logs(self, folder: Path) -> None:
        """Keep what every container of the instance said, for whoever reads a failure."""
        folder.mkdir(parents=True, exist_ok=True)
        mine = f"label=ecluse.instance={self.instance}"
        names = docker("ps", "--all", "--format", "{{.Names}}", "--filter", mine).output.split()
        for name in names:
            said = docker("logs", "--timestamps", "--tail", "3000", name)
            (folder / f"{name}.log").write_text(said.output + said.error)
        (folder / "ps.txt").write_text(docker("ps", "--all", "--filter", mine).output)


def bring_up() -> Stack:
    """Start the test stack from a clean state."""
    tool("down.sh")
    tool("homes.sh")
    for name in CHANGING:
        shutil.rmtree(STATE / name, ignore_errors=True)
    if "ECLUSE_IMAGES_READY" not in os.environ:
        tool("images.sh")
    tool("up.sh")
    return Stack()


def take_down() -> None:
    """Stop the test stack; ECLUSE_KEEP_STACK keeps it for a look after a failure."""
    if "ECLUSE_KEEP_STACK" not in os.environ:
        tool("down.sh")
        tool("homes.sh")
