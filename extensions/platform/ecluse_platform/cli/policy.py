"""`ecluse policy`: check the policies, and write the reference that explains each key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecluse_platform.cli.base import policies_dir, policies_or_exit

app = typer.Typer(help="Check the policies; write their reference.", no_args_is_help=True)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Policy folder.", metavar="[DIR]", show_default=False)] = None,
) -> None:
    """Say whether the policies may be used; if not, list every problem with its file, line and column."""
    where = folder or policies_dir()
    bundle = policies_or_exit(where)
    typer.echo(
        f"{where}: {len(bundle.projects)} projects, {len(bundle.disclosure)} disclosure profiles, "
        f"{len(bundle.catalogue.tables)} catalogue tables; no problem found (digest {bundle.digest[:12]})."
    )
