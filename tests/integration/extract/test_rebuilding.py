"""What did not change is not made again: a rebuild takes over every partition but those that something touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.extract import Manifest, Secrets, build_extract, differences
from integration.extract.extract_kit import NOW, SECRETS, Extracts

PROJECT = "diabete-idf"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def own(fresh: Extracts, tmp_path: Path) -> Extracts:
    """Extracts of a source that the test may change, built once."""
    shutil.copytree(fresh.places.source, tmp_path / "source")
    made = replace(fresh, places=replace(fresh.places, source=tmp_path / "source"))
    made.build(PROJECT)
    return made


def rewrite(file: Path, change: str) -> None:
    """Write a source file again with other contents."""
    other = file.with_suffix(".other")
    select = change.format(f"'{file}'")
    duckdb.sql(f"COPY ({select}) TO '{other}' (FORMAT parquet, COMPRESSION zstd)")
    other.replace(file)


def inodes(extracts: Extracts) -> dict[str, int]:
    """Return which file on the disk each file of the current version is."""
    folder = extracts.folder(PROJECT)
    return {p.relative_to(folder).as_posix(): p.stat().st_ino for p in folder.rglob("*/*.parquet")}


def made_again(extracts: Extracts, build: Callable[[], Manifest]) -> set[str]:
    """Build, and return the partitions that were written anew."""
    before = inodes(extracts)
    build()
    assert differences(extracts.folder(PROJECT), extracts.public) == ()
    return {path for path, inode in inodes(extracts).items() if before.get(path) != inode}


def test_nothing_is_made_again_when_nothing_changed(own: Extracts) -> None:
    """Every partition is the same file; only views, dictionary and manifest are new."""
    assert made_again(own, lambda: own.build(PROJECT, LATER)) == set()


def test_one_changed_month_is_made_again_and_no_other(own: Extracts) -> None:
    """One month of lines changes: that month of the lines and of the tables that hang on them, nothing else."""
    rewrite(
        own.places.source / "ER_PRS_F" / "flx_month=2022-06" / "part-0000.parquet",
        "SELECT * REPLACE ((PRS_PAI_MNT + 1)::DECIMAL(10,2) AS PRS_PAI_MNT) FROM {}",
    )
    changed = made_again(own, lambda: own.build(PROJECT, LATER))
    assert changed == {f"{t}/flx_month=2022-06/part-0000.parquet" for t in ("ER_PRS_F", "ER_PHA_F")}


def test_a_changed_detail_keeps_the_keys_of_its_lines(own: Extracts) -> None:
    """Only the detail's month is made again, and it still joins with lines that were not."""
    key = "FLX_DIS_DTD, DCT_ORD_NUM, PRS_ORD_NUM, ORG_CLE_NUM"
    joined = f"SELECT count(*) FROM ER_PRS_F JOIN ER_PHA_F USING ({key})"
    before = own.open(PROJECT).execute(joined).fetchone()
    rewrite(
        own.places.source / "ER_PHA_F" / "flx_month=2022-06" / "part-0000.parquet",
        "SELECT * REPLACE (PHA_ACT_QSN + 1::SMALLINT AS PHA_ACT_QSN) FROM {}",
    )
    changed = made_again(own, lambda: own.build(PROJECT, LATER))
    assert changed == {"ER_PHA_F/flx_month=2022-06/part-0000.parquet"}
    assert own.open(PROJECT).execute(joined).fetchone() == before


def test_persons_keep_their_number_when_others_come(own: Extracts) -> None:
    """`__u` depends on the person alone: sets of persons can be compared between versions."""
    owners = "SELECT BEN_NIR_PSA, BEN_RNG_GEM, __u FROM IR_BEN_R"
    before = set(own.open(PROJECT).execute(owners).fetchall())
    persons = next((own.places.source / "IR_BEN_R").rglob("*.parquet"))
    rewrite(
        persons,
        "FROM {0} UNION ALL (SELECT * REPLACE (reverse(BEN_NIR_PSA) AS BEN_NIR_PSA, "
        "reverse(BEN_IDT_ANO) AS BEN_IDT_ANO) FROM {0} WHERE BEN_CDI_NIR = '00' LIMIT 5)",
    )
    changed = made_again(own, lambda: own.build(PROJECT, LATER))
    after = set(own.open(PROJECT).execute(owners).fetchall())
    assert before <= after
    # Nobody who came has any care yet: no month of it is made again.
    assert changed == {"IR_BEN_R/part-0000.parquet"}


def test_another_key_makes_everything_again(own: Extracts) -> None:
    """No file of an old key may be taken over."""
    secrets = Secrets(b"another pseudonym key of enough bytes", SECRETS.signing)
    build = lambda: build_extract(own.bundle, PROJECT, own.places, secrets, "operator1", LATER, lambda _: None)  # noqa: E731
    before = inodes(own)
    private = {p for p in made_again(own, build) if p.startswith(("ER_", "IR_BEN"))}
    assert private == {p for p in before if p.startswith(("ER_", "IR_BEN"))}


def test_a_file_that_was_tampered_with_is_not_taken_over(own: Extracts) -> None:
    """A changed byte in the last version is made good by the next build."""
    victim = own.folder(PROJECT) / "ER_PRS_F" / "flx_month=2022-06" / "part-0000.parquet"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    assert made_again(own, lambda: own.build(PROJECT, LATER)) == {"ER_PRS_F/flx_month=2022-06/part-0000.parquet"}


def test_a_version_that_nobody_signed_is_not_taken_over(own: Extracts) -> None:
    """Without a good signature nothing of the last version is trusted."""
    (own.folder(PROJECT) / "manifest.sig").write_bytes(bytes(64))
    before = inodes(own)
    assert made_again(own, lambda: own.build(PROJECT, LATER)) == set(before)
