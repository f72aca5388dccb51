"""The effects planted on purpose: a correct study finds them, a wrong filter does not. All are invented."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from ecluse_platform.synth.settings import day_number

# Oral anticoagulants: who gets which is drawn at random, so that no adjustment is needed to compare them.
ANTICOAGULANTS = MappingProxyType({"B01AF02": 0.45, "B01AF01": 0.25, "B01AE07": 0.08, "B01AA03": 0.22})
HARMFUL = "B01AA03"
HAZARD_RATIO = 3.0
# Strokes per year under the other anticoagulants, whatever the age: the hazard is constant, so a rate is enough.
STROKE_HAZARD = 0.03
# Share of users of the others for whom a hospital transmitted, for information, a box of the harmful one before.
MISLEADING = 0.5

# Antibiotics fall in March 2020 and do not come back; lines for information appear at the same time.
ANTIBIOTICS = "J01"
ANTIBIOTICS_FALL = day_number(date(2020, 3, 1))
ANTIBIOTICS_LEFT = 0.65
ANTIBIOTICS_INFORMATION = 0.4

# Diabetes by région, relative to the country: overseas, the north and the capital are above, the west is below.
DIABETES_GRADIENT = MappingProxyType(
    {1: 1.7, 2: 1.7, 3: 1.6, 4: 2.0, 6: 1.8, 11: 1.25, 32: 1.35, 44: 1.15, 53: 0.65, 52: 0.75, 75: 0.95}
)
# Strokes by région, for those without anticoagulant.
STROKE_GRADIENT = MappingProxyType({32: 1.4, 44: 1.2, 28: 1.15, 93: 0.85, 11: 0.85, 4: 1.3})

# The campaign against influenza runs from mid-October to the end of the year.
INFLUENZA_CAMPAIGN_START = 288
INFLUENZA_CAMPAIGN_DAYS = 18.0
