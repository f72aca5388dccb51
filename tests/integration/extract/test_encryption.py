"""Encrypted at rest: readable like any other while it is open, by nobody once the project's key is destroyed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ecluse_platform.core.policy.project import Encryption
from ecluse_platform.extract import (
    ExtractProblem,
    Places,
    close_extracts,
    differences,
    is_open,
    is_sealed,
    open_extracts,
    purge_extract,
)
from integration.extract.extract_kit import NOW, PROJECTS, SECRETS, Extracts, places

PROJECT, OTHER = PROJECTS
TOOLS = Path(__file__).parents[3] / "tools"
AFTER = datetime(2031, 1, 1, 8, tzinfo=UTC)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[Path], Path]]:
    """Mount a copy of a volume; each is unmounted at the end."""
    folders: list[Path] = []

    def mount(image: Path) -> Path:
        folder = tmp_path / f"mounted-{image.name}"
        folder.mkdir()
        subprocess.run(["mount", "-o", "loop", image, folder], check=True, capture_output=True)
        folders.append(folder)
        return folder

    yield mount
    for folder in folders:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Path]:
    """The volume that tools/volume.sh makes and mounts on the folder of extracts."""
    if os.geteuid() != 0:
        pytest.skip("mounting a file system takes root")
    state = tmp_path / "state"
    environment = {**os.environ, "ECLUSE_STATE": str(state)}
    for size in (["96M"], []):
        # Without a size, what is there is mounted again: nothing is made a second time.
        subprocess.run([TOOLS / "volume.sh", *size], check=True, env=environment, capture_output=True)
    yield state / "extracts.img"
    subprocess.run(["umount", state / "extracts"], check=True)


@pytest.fixture
def sealed(fresh: Extracts, image: Path) -> Extracts:
    """A place for extracts on that volume, for projects that ask for encryption."""
    found = {
        name: project.model_copy(update={"data": project.data.model_copy(update={"encryption": Encryption.VOLUME})})
        for name, project in fresh.bundle.projects.items()
    }
    return Extracts(
        replace(fresh.places, extracts=image.parent / "extracts"),
        replace(fresh.bundle, projects={**found}),
        fresh.public,
    )


def copied(image: Path, name: str) -> Path:
    """Return a copy of a volume as a backup holds it."""
    os.sync()
    return Path(shutil.copy(image, image.with_name(name)))


def unreadable(folder: Path) -> bool:
    """Say whether no file below a folder can be opened, and no name says what it is."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        with pytest.raises(OSError, match="Required key not available"):
            path.read_bytes()
    return not any("parquet" in path.name or "manifest" in path.name for path in files)


def test_an_encrypted_extract_is_built_and_checked_like_any_other(sealed: Extracts) -> None:
    """The same rows, a manifest that holds, and files taken over by the next build."""
    sealed.build(PROJECT)
    assert is_sealed(sealed.places.extracts / PROJECT)
    assert differences(sealed.folder(PROJECT), sealed.public) == ()
    assert sealed.open(PROJECT).execute("SELECT count(*) > 0 FROM ER_PRS_F").fetchall() == [(True,)]
    # The next build opens what was closed, and takes over what has not changed.
    close_extracts(sealed.places, PROJECT)
    said: list[str] = []
    sealed.build(PROJECT, NOW + timedelta(hours=1), lambda step: said.append(step.what))
    assert is_open(sealed.places.extracts / PROJECT)
    assert any("as before" in what for what in said)


def test_a_closed_folder_is_read_by_nobody_until_it_is_opened(sealed: Extracts) -> None:
    """As after a start of the machine: root without the key reads neither contents nor names."""
    sealed.build(PROJECT)
    home = sealed.places.extracts / PROJECT
    assert close_extracts(sealed.places) == (PROJECT,)
    assert not is_open(home)
    assert unreadable(home)
    assert open_extracts(sealed.places, SECRETS.pseudonyms) == (PROJECT,)
    assert is_open(home)
    assert differences(sealed.folder(PROJECT), sealed.public) == ()


def test_without_the_key_a_backup_is_lost_too(
    sealed: Extracts, image: Path, mounted: Callable[[Path], Path], tmp_path: Path
) -> None:
    """A copy of the volume can be read while the project's key exists, and never again once it is purged."""
    sealed.build(PROJECT)
    copy = copied(image, "backup.img")
    # Neither a Parquet file's mark nor any name that the extract uses.
    raw = copy.read_bytes()
    assert not [word for word in (b"PAR1", b"manifest.json", b"ER_PRS_F", b"snds.duckdb") if word in raw]
    restored = replace(sealed.places, extracts=mounted(copy))
    assert unreadable(restored.extracts / PROJECT)
    open_extracts(restored, SECRETS.pseudonyms, PROJECT)
    assert differences(restored.extracts / PROJECT / sealed.folder(PROJECT).name, sealed.public) == ()
    close_extracts(restored, PROJECT)

    purge_extract(ended(sealed).bundle, PROJECT, sealed.places, tmp_path / "h", SECRETS.signing, "operator1", AFTER)
    assert not (sealed.places.extracts / PROJECT).exists()
    with pytest.raises(ExtractProblem, match="destroyed"):
        open_extracts(restored, SECRETS.pseudonyms, PROJECT)
    # The installation's own key alone, or with a new salt, opens nothing.
    sealed.build(PROJECT)
    with pytest.raises(ExtractProblem, match="another key"):
        open_extracts(restored, SECRETS.pseudonyms, PROJECT)
    assert unreadable(restored.extracts / PROJECT)


def ended(extracts: Extracts) -> Extracts:
    """Return the extracts under a permit that is over."""
    project = extracts.bundle.projects[PROJECT]
    permit = project.permit.model_copy(update={"end": date(2030, 1, 1)})
    projects = {**extracts.bundle.projects, PROJECT: project.model_copy(update={"permit": permit})}
    return replace(extracts, bundle=replace(extracts.bundle, projects=projects))


def test_a_closed_folder_can_be_purged(sealed: Extracts, tmp_path: Path) -> None:
    """Destroying data takes no key."""
    sealed.build(PROJECT)
    close_extracts(sealed.places)
    purged = purge_extract(
        ended(sealed).bundle, PROJECT, sealed.places, tmp_path / "h", SECRETS.signing, "operator1", AFTER
    )
    assert purged.files > 0
    assert not (sealed.places.extracts / PROJECT).exists()
    assert list(sealed.places.keys.iterdir()) == []


def test_each_project_has_a_key_of_its_own(sealed: Extracts) -> None:
    """Closing one leaves the other open."""
    sealed.build(PROJECT)
    sealed.build(OTHER)
    close_extracts(sealed.places, OTHER)
    assert unreadable(sealed.places.extracts / OTHER)
    assert differences(sealed.folder(PROJECT), sealed.public) == ()


def test_what_lies_in_the_clear_is_not_called_encrypted(sealed: Extracts) -> None:
    """A permit that begins to ask for encryption: the old files must go first, and nothing is built over them."""
    plain = sealed.bundle.projects[PROJECT].data.model_copy(update={"encryption": Encryption.NONE})
    project = sealed.bundle.projects[PROJECT].model_copy(update={"data": plain})
    before = replace(sealed, bundle=replace(sealed.bundle, projects={PROJECT: project}))
    before.build(PROJECT)
    with pytest.raises(ExtractProblem, match="not encrypted"):
        sealed.build(PROJECT)
    assert differences(before.folder(PROJECT), before.public) == ()


def test_a_file_system_that_cannot_encrypt_gets_no_extract(sealed: Extracts, source: Path) -> None:
    """A permit that asks for encryption is never built in the clear."""
    elsewhere = places(source, Path("/dev/shm") / f"ecluse-{os.getpid()}")  # noqa: S108 - memory cannot encrypt
    try:
        with pytest.raises(ExtractProblem, match="cannot do"):
            replace(sealed, places=Places(**vars(elsewhere))).build(PROJECT)
        assert not list(elsewhere.extracts.rglob("*.parquet"))
    finally:
        shutil.rmtree(elsewhere.extracts.parent)
