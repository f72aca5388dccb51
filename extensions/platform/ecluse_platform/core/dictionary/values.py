"""The codes of the portal's code lists as lines, for the file that an extract ships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecluse_platform.core.policy.catalogue import Catalogue


@dataclass(frozen=True)
class ValueRow:
    """One code of one list; its meaning is None where the catalogue does not say it."""

    code_list: str
    code: str
    label_fr: str | None
    label_en: str | None


def value_rows(catalogue: Catalogue) -> Iterator[ValueRow]:
    """Yield every code of every list, in the order of the catalogue."""
    for name, codes in catalogue.values.items():
        for code, text in codes.items():
            yield ValueRow(name, code, text.fr if text else None, text.en if text else None)
