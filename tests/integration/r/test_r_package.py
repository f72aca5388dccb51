from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ecluse_platform.policyfiles import load_policies
from stack.running import ROOT, Stack

TUTORIAL = ROOT / "images" / "workspace" / "r" / "tutorial"
# The same types in both languages, missing values included.
TYPES = """
library(ecluse)
found <- sql("SELECT * FROM (VALUES
  (1::SMALLINT, 3000000000::BIGINT, 'é', DATE '2020-02-29', 1.25::DECIMAL(10,2), true,
   TIMESTAMP '2020-01-01 10:00:00', [1, 2]),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) t(a, b, c, d, e, f, g, h)")
stopifnot(identical(found$a, c(1L, NA)), identical(found$b, c(3e9, NA)), identical(found$c, c("é", NA)))
stopifnot(identical(found$d, as.Date(c("2020-02-29", NA))), identical(found$e, c(1.25, NA)))
stopifnot(identical(found$f, c(TRUE, NA)), identical(found$h, c("[1, 2]", NA)))
stopifnot(identical(format(found$g[1]), "2020-01-01 10:00:00"), is.na(found$g[2]))
stopifnot(nrow(sql("SELECT 1 AS a WHERE false")) == 0, "IR_BEN_R" %in% tables())
cat("types agree")
"""
COUNTS = """
library(ecluse)
persons <- sql("SELECT count(DISTINCT BEN_IDT_ANO) AS n FROM IR_BEN_R")$n
query <- "SELECT count(DISTINCT BEN_IDT_ANO) FROM IR_BEN_R"
same <- reticulate::import("ecluse")$connect()$execute(query)$fetchone()[[1]]
stopifnot(persons == same, persons > 0)
cat("counts agree")
"""
REFUSED = """
library(ecluse)
said <- tryCatch(sql("DELETE FROM IR_BEN_R"), error = conditionMessage)
stopifnot(is.character(said), !grepl("Traceback", said))
said <- tryCatch(export_request(" ", "x"), error = conditionMessage)
stopifnot(grepl("Il manque", said), !grepl("EcluseError", said))
cat("refused in words")
"""
MARGINS = """
library(ecluse)
reticulate::py_run_string('
import ecluse
answer = {"name": "t", "columns": ["dpt", "n", "n__low", "n__high"], "published": 3, "hidden": 1, "mark": "c",
          "rows": [["75", 1200, 1197, 1203], ["75", 900, 896, 904], [None, 50, 47, 53], [None, "c", "c", "c"]],
          "proposals": [], "because": [],
          "private": {"measures": ["n"], "kinds": ["sum"], "cells": 1, "confidence_percent": 95, "epsilon": "1"}}
table = ecluse.Table(answer)
')
table <- structure(list(python = reticulate::import_main(convert = FALSE)$table), class = "ecluse_answer")
found <- margins(table, "n", by = "dpt")
stopifnot(identical(found$dpt, c("75", NA)), identical(found$value, c(2100, 50)), identical(found$high, c(2105, 53)))
stopifnot(identical(found$cells, c(2, 1)), identical(found$hidden, c(0, 1)), nrow(margins(table, "n")) == 1)
said <- tryCatch(margins(table, "n", by = "mois"), error = conditionMessage)
stopifnot(grepl("dpt", said), !grepl("Traceback", said))
cat("margins add up")
"""


def in_r(stack: Stack, script: str, *, kernel: Path | None = None) -> str:
    """Run R as a workspace of the project would, with its extract and without any network."""
    extract = stack.state / "extracts" / "diabete-idf"
    limits = "--network none --read-only --cap-drop ALL --tmpfs /tmp --tmpfs /home/jovyan:uid=1000"
    granted = ("ECLUSE_CPUS=2", "ECLUSE_MEMORY_MIB=2048", "ECLUSE_PROJECT=diabete-idf")
    volumes = [f"{extract / (extract / 'current').read_text().strip()}:/data:ro"]
    volumes += [f"{kernel}:/notebook.ipynb:ro"] if kernel else []
    command = ["docker", "run", "--rm", "--interactive", *limits.split()]
    command += [word for name in granted for word in ("--env", name)]
    command += [word for volume in volumes for word in ("--volume", volume)]
    command += ["--entrypoint", "python" if kernel else "Rscript", "ecluse/workspace-r:1", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (TYPES, "types agree"),
        (COUNTS, "counts agree"),
        (REFUSED, "refused in words"),
        (MARGINS, "margins add up"),
    ],
    ids=["types", "counts", "refusals", "margins"],
)
def test_r_reads_what_python_reads(stack: Stack, script: str, said: str) -> None:
    """`ecluse::sql()` gives a data.frame with R's own types, the same counts as Python, and errors in plain words."""
    assert in_r(stack, script).endswith(said)


@pytest.mark.parametrize("name", ["tutorial-r.ipynb", "tutoriel-r.ipynb"])
def test_the_r_kernel_runs_the_tutorial_up_to_the_export(stack: Stack, tmp_path: Path, name: str) -> None:
    """Every cell that needs no service runs in the R kernel, the figure included."""
    notebook = json.loads((TUTORIAL / name).read_text(encoding="utf-8"))
    cells = notebook["cells"]
    asks = next(i for i, cell in enumerate(cells) if "export_request" in "".join(cell["source"]))
    path = tmp_path / "short.ipynb"
    path.write_text(json.dumps(notebook | {"cells": cells[:asks]}), encoding="utf-8")
    script = """
import nbclient, nbformat
notebook = nbformat.read("/notebook.ipynb", 4)
nbclient.NotebookClient(notebook, kernel_name="ir").execute(cwd="/tmp")
print([name for cell in notebook.cells for out in cell.get("outputs", []) for name in out.get("data", {})])
"""
    assert "image/png" in in_r(stack, script, kernel=path)


def test_the_platform_offers_the_r_image() -> None:
    """A project may name it, like the Python one."""
    images = load_policies(ROOT / "policies").platform.images
    assert images["r"].reference == "ecluse/workspace-r:1"
