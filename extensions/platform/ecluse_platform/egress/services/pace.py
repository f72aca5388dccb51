"""How often a workspace may ask for work: a loop in a notebook fills neither the audit log nor the service's day."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.ports import Store
from ecluse_platform.egress.services.people import Researcher

_SECONDS = 60


class Pace:
    """Counts what each workspace sent in the minute at hand; in memory only, so a restart forgets that minute."""

    def __init__(self) -> None:
        """Begin without a minute."""
        self._lock = threading.Lock()
        self._minute = 0
        self._sent: Counter[Researcher] = Counter()

    def check(self, store: Store, now: datetime, who: Researcher, most: int) -> None:
        """Refuse what a workspace sends beyond ``most`` a minute; only the first refusal of a minute is audited."""
        sent = self._count(int(now.timestamp()) // _SECONDS, who)
        if sent <= most:
            return
        refusal = Refusal("too_fast", {"most": str(most)})
        if sent == most + 1:
            with store.writing() as work:
                details = {"refusal": refusal.code}
                work.audit.append(Entry(Action.REQUEST_REFUSED, who.name, who.project, None, details))
        raise refusal

    def _count(self, minute: int, who: Researcher) -> int:
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._sent.clear()
            self._sent[who] += 1
            return self._sent[who]
