"""`ecluse policy`: check the policies, write the reference that explains each key, and the dictionary."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ecluse_platform.cli.base import Policies, fail, policies_dir, policies_or_exit
from ecluse_platform.cli.dictionary_page import dictionary_page
from ecluse_platform.cli.reference import reference as written
from ecluse_platform.core.text import Language

REFERENCE = Path("docs/reference/policies.md")
DICTIONARY = {Language.EN: "en/dictionary.md", Language.FR: "fr/dictionnaire.md"}

app = typer.Typer(help="Check the policies; write their reference.", no_args_is_help=True)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Policy folder.", metavar="[DIR]", show_default=False)] = None,
) -> None:
    """Say whether the policies may be used; if not, list every problem with its file, line and column."""
    where = folder or policies_dir()
    bundle = policies_or_exit(where)
    typer.echo(
        f"{where}: {len(bundle.projects)} projects, {len(bundle.disclosure)} disclosure and {len(bundle.privacy)} "
        f"privacy profiles, {len(bundle.catalogue.tables)} catalogue tables; "
        f"no problem found (digest {bundle.digest[:12]})."
    )


@app.command()
def projects(policies: Policies = None) -> None:
    """Name the projects whose permit is in force today, one a line."""
    today = datetime.now(UTC).date()
    for project in policies_or_exit(policies).projects.values():
        if project.permit.start <= today <= project.permit.end:
            typer.echo(project.id)


@app.command()
def reference(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when the page is out of date.")] = False,
    out: Annotated[Path, typer.Option("--out", help="The page to write.")] = REFERENCE,
    policies: Policies = None,
) -> None:
    """Write the page that explains every policy key, with its type, its limits and an example."""
    _write(out, written(policies_or_exit(policies)), f"ecluse policy reference --out {out}", check=check)


@app.command()
def dictionary(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a page is out of date.")] = False,
    docs: Annotated[Path, typer.Option("--docs", help="Folder of the documentation.")] = Path("docs"),
    policies: Policies = None,
) -> None:
    """Write the pages, French and English, that list the tables and the code lists."""
    bundle = policies_or_exit(policies)
    for language, page in DICTIONARY.items():
        _write(docs / page, dictionary_page(bundle, language), "ecluse policy dictionary", check=check)


def _write(out: Path, page: str, command: str, *, check: bool) -> None:
    if check:
        if not out.is_file() or out.read_text(encoding="utf-8") != page:
            fail(f"{out} is out of date: run `{command}`.")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    typer.echo(f"{out} written.")
