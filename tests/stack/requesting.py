"""What a researcher's notebook sends, and what the person later finds: requests for the test stack."""

from __future__ import annotations

import json
import time

from stack.running import Stack

# Dispensings of one class of drugs; in the test data some départements have few persons and some have many.
SQL = """
SELECT b.BEN_SEX_COD AS sexe, year(p.EXE_SOI_DTD) AS annee, b.BEN_RES_DPT AS departement,
       count(DISTINCT b.BEN_IDT_ANO) AS personnes, count(*) AS delivrances
FROM ER_PRS_F p
JOIN ER_PHA_F h USING (FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD,
                       ORG_CLE_NUM, DCT_ORD_NUM, PRS_ORD_NUM, REM_TYP_AFF)
JOIN IR_PHA_R m ON h.PHA_PRS_C13 = m.PHA_CIP_C13
JOIN IR_BEN_R b ON p.BEN_NIR_PSA = b.BEN_NIR_PSA AND p.BEN_RNG_GEM = b.BEN_RNG_GEM
WHERE m.PHA_ATC_CLA LIKE '{atc}%' AND p.DPN_QLF NOT IN (71, 72)
GROUP BY ALL
"""
SCREENING_SECONDS = 60


def sql_for(project: str) -> str:
    """Return the table that suits a demonstration project."""
    return SQL.format(atc="J01" if project.startswith("antibio") else "A10")


def submit(stack: Stack, user: str, project: str, title: str, sql: str | None = None) -> str:
    """Submit a request from inside the running workspace; returns its id."""
    code = f"""
import ecluse
draft = ecluse.export(title={title!r}, purpose="Décrire les dispensations par département.")
print(draft.add_query({sql or sql_for(project)!r}, name="table").submit().id)
"""
    return stack.run_in_workspace(user, project, code).ok().strip().splitlines()[-1]


def state_of(stack: Stack, user: str, project: str, request_id: str) -> str:
    """Ask, from inside the workspace, where a request stands."""
    code = f"""
import json
from ecluse.client import call
print(json.dumps(call("GET", "requests/{request_id}")["state"]))
"""
    return str(json.loads(stack.run_in_workspace(user, project, code).ok().strip().splitlines()[-1]))


def wait_for_state(stack: Stack, user: str, project: str, request_id: str, *wanted: str) -> str:
    """Wait until a request has left the machine's hands; fails after a bounded time."""
    deadline = time.monotonic() + SCREENING_SECONDS
    state = ""
    while time.monotonic() < deadline:
        state = state_of(stack, user, project, request_id)
        if state in wanted:
            return state
        time.sleep(1)
    raise AssertionError(f"request still {state} after {SCREENING_SECONDS} s; wanted one of {wanted}")
