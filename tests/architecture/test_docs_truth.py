from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer.main
from documents import PAGES, anchors, commands, links, spans, text
from repository import PLATFORM, ROOT
from typer.core import TyperGroup

from ecluse_platform.cli.entry import app
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies

SHOTS = Path("docs/screenshots")
# Folders that exist only where Écluse runs, or was built or tested.
MADE = {"audit/", "build/", "build/wheels/", "cohorts/", "history/", "journal/", "keys/", "test-results/"}
# `make …` in prose is a command only when it stands alone or begins the line.
MAKE = re.compile(r"^make ([a-z]+)")
ECLUSE = re.compile(r"(?:^|/|extractor |\s)ecluse ((?:[a-z]+)(?: .*)?)$")
TOOL = re.compile(r"(?<![\w/])(tools/[a-z_]+\.(?:sh|py))")
FILE = re.compile(r"^[\w./-]+\.(?:py|sh|yml|yaml|md|toml|html|css|lock|ipynb)$|^(?:[\w.-]+/)+$")
TEST = re.compile(r"^(?:(?P<file>tests/[\w/]+\.py)::)?(?P<name>test_\w+)$")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link inside the repository names a page, and a heading, that are there."""
    lost = []
    for link in links(page):
        address, _, heading = link.partition("#")
        target = (ROOT / page).parent / address if address else ROOT / page
        if ":" in address or target.resolve().is_relative_to(ROOT / SHOTS):
            continue
        known = target.suffix != ".md" or not heading or heading in anchors(target.resolve().relative_to(ROOT))
        if not target.exists() or not known:
            lost.append(link)
    assert lost == []


def shots_taken() -> set[str]:
    """Return the names under which the stories keep pictures."""
    stories = (ROOT / "tests" / "browser" / "stories").glob("test_*.py")
    return {name for story in stories for name in re.findall(r'\bshot\(\w+, "([\w-]+)"\)', story.read_text())}


def shots_shown(page: Path) -> set[str]:
    """Return the names of the pictures that a page shows."""
    folder = ROOT / SHOTS
    targets = [((ROOT / page).parent / link).resolve() for link in links(page) if ":" not in link]
    return {target.stem for target in targets if target.parent == folder and target.suffix == ".png"}


def test_every_picture_shown_is_taken_by_a_story_and_the_other_way_round() -> None:
    """No picture is drawn by hand, and none is taken for nothing."""
    assert set().union(*(shots_shown(page) for page in PAGES)) == shots_taken()


def test_pictures_are_there_once_any_is() -> None:
    """ECLUSE_SCREENSHOTS=1 makes all of them in one run of the stories."""
    there = {path.stem for path in (ROOT / SHOTS).glob("*.png")}
    assert there in (set(), shots_taken())


def test_both_languages_show_the_same_pictures() -> None:
    """A reader of either language sees the same."""
    shown = {
        language: set().union(*(shots_shown(page) for page in PAGES if page.parent.name == language))
        for language in ("en", "fr")
    }
    assert shown["en"] == shown["fr"]


def test_every_make_target_named_exists() -> None:
    """What a page tells to type can be typed."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {found[1] for page in PAGES for line in commands(page) if (found := MAKE.match(line))}
    assert named
    assert named <= targets


def test_every_ecluse_command_named_exists() -> None:
    """Each command and each option of `ecluse` that a page names is one that the command has."""
    named = {found[1] for page in PAGES for line in commands(page) if (found := ECLUSE.search(line))}
    assert named
    assert {line: wrong for line in sorted(named) if (wrong := _unknown_word(line))} == {}


def _unknown_word(line: str) -> str:
    """Return the first word of a command line that `ecluse` does not know."""
    command: Any = typer.main.get_command(app)
    words = line.split()
    while words and isinstance(command, TyperGroup):
        name = words.pop(0)
        command = command.get_command(typer.Context(command), name)
        if command is None:
            return name
    options = {option for parameter in command.params for option in parameter.opts}
    return next((word for word in words if word.startswith("--") and word not in options), "")


def test_every_script_named_exists() -> None:
    """Each script of tools/ that a page names is there."""
    named = {name for page in PAGES for line in commands(page) for name in TOOL.findall(line)}
    assert named
    assert {name for name in named if not (ROOT / name).is_file()} == set()


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "policies.md"], ids=str)
def test_every_file_named_exists(page: Path) -> None:
    """A path is from the root of the repository, or from the platform's package."""
    named = {span for span in spans(page) if "/" in span and FILE.match(span) and not span.startswith("/")}
    lost = {name for name in named - MADE if not (ROOT / name).exists() and not (PLATFORM / name).exists()}
    assert lost == set()


def test_every_test_that_proves_a_property_exists() -> None:
    """SECURITY.md names a test by its file and its name; one that was renamed or removed shows."""
    last = ""
    lost = []
    for span in spans(Path("SECURITY.md")):
        found = TEST.match(span)
        if found is None:
            continue
        last = found["file"] or last
        if not re.search(rf"^(?:async )?def {found['name']}\(", (ROOT / last).read_text(), re.MULTILINE):
            lost.append(span)
    assert last
    assert lost == []


def test_every_property_has_a_carrier_and_a_proof() -> None:
    """Each property of SECURITY.md says which files carry it and which tests prove it."""
    properties = re.findall(r"^- \*\*.*?(?=^- \*\*|^#|\Z)", text(Path("SECURITY.md")), re.MULTILINE | re.DOTALL)
    claims = [words for words in properties if "Carried by:" in words]
    assert len(claims) > 20
    assert [words[:60] for words in claims if "Proved by: `tests/" not in words] == []


@pytest.mark.parametrize("page", ["docs/en/researcher.md", "docs/fr/chercheur.md"])
def test_what_is_refused_is_refused_and_what_is_written_instead_is_accepted(page: str) -> None:
    """The examples of the researcher's page are decided by the rules of the demonstration's own project."""
    bundle = load_policies(ROOT / "policies")
    project = bundle.projects["diabete-idf"]
    profile, characters = bundle.profile_of(project), bundle.platform.queries.sql_characters
    rows = re.findall(r"^\| `(SELECT [^`]+)` \| .* \| `(SELECT [^`]+)` \|$", text(Path(page)), re.MULTILINE)
    assert len(rows) > 10
    # A query that is accepted must also run: DuckDB knows the types of the columns, the plan does not.
    tables = duckdb.connect()
    for name, table in bundle.catalogue.tables.items():
        columns = ", ".join(f"{column} {known.type}" for column, known in table.columns.items())
        tables.execute(f"CREATE TABLE {name} ({columns})")
    for refused, accepted in rows:
        plan_query(bundle.catalogue, project, profile, accepted, characters)
        tables.execute(accepted)
        with pytest.raises(Refusal):
            plan_query(bundle.catalogue, project, profile, refused, characters)


def test_the_workflow_is_drawn_as_the_code_has_it() -> None:
    """The diagram of docs/architecture.md is the table of core/workflow.py."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "workflow_diagram.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
