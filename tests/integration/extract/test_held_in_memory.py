"""Whether lines are held in memory or numbered by SQL, the same rows come out: owners, keys, order, fingerprints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.extract import Manifest, held, heldpersons
from ecluse_platform.extract.heldlines import HeldLines, hold_lines
from integration.extract.extract_kit import PROJECTS, Extracts


@pytest.fixture
def wide(policies: PolicyBundle, fresh: Extracts) -> Extracts:
    """Permits with every table of lines, person by person and with the day of care."""
    granted = policies.projects["antibio-national"].data.tables
    projects = {}
    for name in PROJECTS:
        data = policies.projects[name].data
        tables = {table.name: table for table in (*granted, *data.tables)}
        identifiers = {*data.potential_identifiers, *policies.projects["antibio-national"].data.potential_identifiers}
        kept = tuple(sorted(identifiers))
        crossings = tuple((a, b) for a in kept for b in kept if a < b)
        wider = data.model_copy(
            update={"tables": tuple(tables.values()), "potential_identifiers": kept, "crossings": crossings}
        )
        projects[name] = policies.projects[name].model_copy(update={"data": wider})
    return replace(fresh, bundle=replace(policies, projects={**policies.projects, **projects}))


def by_sql(extracts: Extracts, project: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Extracts, Manifest]:
    """Build elsewhere, under the same keys, as if there were too many persons for memory."""
    monkeypatch.setattr(heldpersons, "MOST_ROWS", 0)
    elsewhere = replace(extracts.places, extracts=extracts.places.extracts.with_name("by_sql"))
    other = replace(extracts, places=elsewhere)
    return other, other.build(project)


def hold_same(one: Extracts, other: Extracts, project: str, manifest: Manifest, beside: Manifest) -> None:
    """Assert that two extracts hold the same rows, partition by partition, made from the same."""
    assert manifest.tables.keys() == beside.tables.keys()
    for name, entry in manifest.tables.items():
        facts, others = (
            [(f.path, f.rows, f.unowned_rows, f.made_from) for f in table.files]
            for table in (entry, beside.tables[name])
        )
        assert facts == others
        for file in entry.files:
            read = [f"read_parquet('{e.folder(project) / file.path}', hive_partitioning=false)" for e in (one, other)]
            for first, second in (read, read[::-1]):
                assert not duckdb.sql(f"FROM {first} EXCEPT ALL FROM {second}").fetchall()


@pytest.mark.parametrize("project", PROJECTS)
def test_memory_and_sql_write_the_same(wide: Extracts, project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows of a country, or a region's persons: the same rows, owners, numbers, order and fingerprints."""
    found: list[HeldLines | None] = []

    def watched(*arguments: object) -> HeldLines | None:
        found.append(hold_lines(*arguments))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(held, "hold_lines", watched)
    held_in_memory = wide.build(project)
    assert found
    assert None not in found
    number = len(found)
    other, beside = by_sql(wide, project, monkeypatch)
    assert len(found) == number
    hold_same(wide, other, project, held_in_memory, beside)
    assert beside.tables["ER_PRS_F"] == held_in_memory.tables["ER_PRS_F"], "no two lines of one place: the same bytes"
    assert held_in_memory.tables["ER_PHA_F"].rows > 0


@pytest.mark.parametrize(
    "change",
    [
        "FROM {0} UNION ALL FROM {0} LIMIT 40000",
        "SELECT * REPLACE (CASE WHEN DCT_ORD_NUM % 7 > 0 THEN DCT_ORD_NUM END AS DCT_ORD_NUM) FROM {0}",
        "SELECT * REPLACE (if(DCT_ORD_NUM % 7 > 0, ORG_CLE_NUM, '01C999999') AS ORG_CLE_NUM) FROM {0}",
        "FROM {0} LIMIT 0",
    ],
)
def test_keys_that_are_not_clean_are_numbered_as_sql_does(
    fresh: Extracts, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines twice, keys with a NULL, lines that no detail names, a month without lines."""
    source = tmp_path / "changed"
    for folder in fresh.places.source.iterdir():
        if folder.name != "ER_PRS_F":
            (source / folder.name).parent.mkdir(exist_ok=True)
            (source / folder.name).symlink_to(folder)
            continue
        for file in folder.rglob("*.parquet"):
            other = source / file.relative_to(fresh.places.source)
            other.parent.mkdir(parents=True)
            if file.parent.name == "flx_month=2022-06":
                select = change.format(f"read_parquet('{file}', hive_partitioning=false)")
                duckdb.sql(f"COPY ({select}) TO '{other}' (FORMAT parquet, COMPRESSION zstd)")
            else:
                other.symlink_to(file)
    extracts = replace(fresh, places=replace(fresh.places, source=source))
    project = "antibio-national"
    manifest = extracts.build(project)
    other, beside = by_sql(extracts, project, monkeypatch)
    hold_same(extracts, other, project, manifest, beside)
