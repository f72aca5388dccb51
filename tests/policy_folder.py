"""A copy of the demonstration's policies that a test may damage."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ecluse_platform.policyfiles import PolicyError, Problem, load_policies

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "policies"


@dataclass(frozen=True)
class PolicyFolder:
    """A folder of policies, sound until a test changes it."""

    path: Path

    @classmethod
    def copied_to(cls, path: Path) -> PolicyFolder:
        """Copy the demonstration's policies."""
        shutil.copytree(DEMO, path)
        return cls(path)

    def read(self, file: str) -> str:
        """Return the text of one file."""
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Write one file whole."""
        (self.path / file).write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the only occurrence of some words; return the line it is on."""
        text = self.read(file)
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is {text.count(old)} times in {file}")
        self.write(file, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the folder; nothing when it may be used."""
        try:
            load_policies(self.path)
        except PolicyError as error:
            return error.problems
        return ()
