"""Margins of a private answer: added up from what is published, each time it is given, at no price of their own."""

from __future__ import annotations

import json
from dataclasses import replace

from ecluse_platform.core.requests import Fault
from egress_rig.charged import files_of, released, screened, spent
from egress_rig.rig import SQL, Rig, private_draft


def test_margins_leave_with_the_cells_that_they_are_sums_of(rig: Rig) -> None:
    """In rows of their own, with what they leave out; both languages and the facts of the release say what they are."""
    files = files_of(rig, released(rig, private_draft("0.5", SQL.replace("BY BEN_SEX_COD", "BY ROLLUP (1)"), cells=1)))
    assert files["noised.csv"].splitlines() == [
        "BEN_SEX_COD,patients,patients__low,patients__high,patients__hidden",
        "0,c,c,c,1",
        "1,21,9,33,0",
        "2,41,29,53,0",
        "Total,62,45,79,1",
    ]
    assert json.loads(files["release.json"])["tables"][0]["private"]["margin_label"] == "Total"
    assert "“Total” stands for the sum of the published cells" in files["README.md"]
    assert "« Total » désigne la somme des cellules publiées" in files["LISEZMOI.md"]
    assert spent(rig) == ["0.5"]
    # The cells alone were paid for with it, and margins are made of a stored answer under the rules of that day.
    plain = files_of(rig, released(rig, private_draft("0.5", cells=1)))["noised.csv"].splitlines()
    assert plain == ["BEN_SEX_COD,patients,patients__low,patients__high", "0,c,c,c", "1,21,9,33", "2,41,29,53"]
    assert spent(rig) == ["0.5"]


def test_an_answer_that_comes_with_margins_of_its_own_is_not_taken(rig: Rig) -> None:
    """Compute answers cells; what is added up is added up here."""
    rig.compute.drawn = lambda made: replace(made, table=made.table.model_copy(update={"total": "Total"}))
    assert screened(rig, private_draft("0.5", cells=1)).fault is Fault.CRASH
