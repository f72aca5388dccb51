"""What the architecture tests look at: the tracked files, and the trees of our own modules."""

from __future__ import annotations

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "extensions" / "platform" / "ecluse_platform"
WORKSPACE = ROOT / "extensions" / "workspace" / "python" / "ecluse"


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Return every file that git tracks and that is there, by its path in the repository."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, text=True
    ).stdout
    return tuple(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


@functools.cache
def text_of(path: Path) -> str | None:
    """Return a tracked file's text, None when it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@functools.cache
def modules(folder: Path) -> dict[str, ast.Module]:
    """Return the tree of each module below a folder, by its path in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
    }
