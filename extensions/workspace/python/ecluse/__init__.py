"""Work on a project's data inside an Écluse workspace, and ask for results to leave.

    con = ecluse.connect()              # DuckDB, read-only, on the project's tables
    ecluse.scan("ER_PRS_F")             # the same table as a Polars LazyFrame
    ecluse.describe("ER_PRS_F")         # what its columns mean
    ecluse.search("date de délivrance") # tables and columns by words
    ecluse.codelist("diabetes")         # named, versioned sets of codes
    draft = ecluse.export(title="…", purpose="…").add_query("SELECT …")
    draft.preview()                     # what would be computed; touches no data
    draft.submit()                      # to the data stewards
    draft.add_dp("SELECT …", epsilon=1) # differentially private: preview() shows its price and precision
    ecluse.budget()                     # what is left for such answers

Nothing in this package protects anything: it runs in the workspace, and whatever it sends is computed again and
checked outside of it.
"""

from __future__ import annotations

from ecluse.budgets import Budget, budget
from ecluse.codelists import CodeList, codelist
from ecluse.data import connect, scan
from ecluse.dictionary import describe, search
from ecluse.errors import EcluseError, EcluseRefusal, EcluseUnreachable
from ecluse.exports import Draft, export, requests, rules
from ecluse.submitted import Request
from ecluse.tables import Table

__all__ = [
    "Budget",
    "CodeList",
    "Draft",
    "EcluseError",
    "EcluseRefusal",
    "EcluseUnreachable",
    "Request",
    "Table",
    "budget",
    "codelist",
    "connect",
    "describe",
    "export",
    "requests",
    "rules",
    "scan",
    "search",
]
