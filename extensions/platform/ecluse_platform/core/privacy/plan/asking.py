"""What is asked, held against the policy before anything else: epsilon, delta, and how much one person may count."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from ecluse_platform.core.disclosure.queries.places import listed
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.refusals import Refusal


def check(ask: PrivacyAsk, profile: PrivacyProfile) -> None:
    """Refuse a loss that is none or more than one answer may cost, and bounds of zero or above the policy's."""
    if not 0 < ask.epsilon <= Decimal(profile.largest_epsilon):
        raise Refusal("private_epsilon", {"asked": format(ask.epsilon, "f"), "most": profile.largest_epsilon})
    if ask.delta is not None and not 0 < ask.delta <= Decimal(profile.largest_delta):
        raise Refusal("private_delta", {"asked": format(ask.delta, "f"), "most": profile.largest_delta})
    for name, asked, most in (("cells", ask.cells, profile.cells), ("rows", ask.rows, profile.rows)):
        if asked is not None and not 1 <= asked <= most:
            raise Refusal("private_contribution", {"what": name, "asked": str(asked), "most": str(most)})
    for name, edges in ask.edges.items():
        if any(low >= high for low, high in pairwise(edges)):
            raise Refusal("private_edges_order", {"what": name})


def check_names(ask: PrivacyAsk, dimensions: Iterable[str], outputs: Iterable[str]) -> None:
    """Refuse bounds, edges and keys for what the query does not show: a slip of the pen would go unnoticed."""
    dims, outs = {n.lower() for n in dimensions}, {n.lower() for n in outputs}
    for given, known in ((ask.keys, dims), (ask.bounds, outs), (ask.edges, outs)):
        for name in given:
            if name.lower() not in known:
                raise Refusal("private_unknown_output", {"what": name, "known": listed(sorted(known))})
