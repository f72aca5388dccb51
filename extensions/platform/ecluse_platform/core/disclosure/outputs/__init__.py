"""Models, figures and maps: for each kind of output its evidence, its rules and its verdict.

Evidence is *declared* by whoever computed the output: numbers behind it that nobody here can compute again. It is
hostile input. What a verdict says holds if what was declared is true, and no further.

The kinds follow the *statbarns* of the SACRO project (an ontology of statistical outputs that need the same rules;
https://www.w3id.org/statbarnsdc): CorrelationCoefficients (regression), HazardSurvivalTables, Position (percentiles,
box plots), Endpoints, Frequencies (histograms, maps). Linear aggregations and frequencies in tables are what
``protecting`` is for.
"""

from __future__ import annotations

from ecluse_platform.core.disclosure.outputs.checking import Report, check_outputs
from ecluse_platform.core.disclosure.outputs.evidence import Output
from ecluse_platform.core.disclosure.outputs.kinds import KINDS, model_of
from ecluse_platform.core.disclosure.verdict import Verdict

__all__ = ["KINDS", "Output", "Report", "Verdict", "check_outputs", "model_of"]
