"""Whatever people and machines do, in any order: nothing leaves without stewards, and all of it is on record."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, Fault, MachineRefusal, Verdict
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.services import intake, voting
from ecluse_platform.egress.services.people import Researcher
from egress_rig.rig import ONE_STEWARD, SQL, TWO_STEWARDS, open_rig, steward

PEOPLE = ["steward1", "steward2", "researcher1", "researcher2", "projectadmin1", "operator1", "nobody"]
MOST_REQUESTS = 3
OUTCOMES = [None, None, None, MachineRefusal("query_memory"), Fault.CRASH, Fault.TIMEOUT]
EXPECTED = {
    "wrong_state", "not_in_review", "already_voted", "not_a_steward", "screened_bytes_changed", "unknown_request",
    "not_the_author", "too_many_open", "steward_is_member", "steward_is_author", "not_in_permit",
}  # fmt: skip


class AnyOrder(RuleBasedStateMachine):
    """Requests of two projects, pushed about by everybody."""

    requests: Bundle[str] = Bundle("requests")
    stale: Bundle[str] = Bundle("stale")

    @initialize(target=requests)
    def open(self) -> object:
        """Start with one request of each project: few enough for the steps to meet on the same ones."""
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.rig = self.stack.enter_context(open_rig(folder / "state"))
        self.ids = [self.rig.submit("researcher2", project).id for project in (ONE_STEWARD, TWO_STEWARDS)]
        return multiple(*self.ids)

    def teardown(self) -> None:
        """Close the service."""
        self.stack.close()

    @precondition(lambda self: len(self.ids) < MOST_REQUESTS)
    @rule(target=requests, project=st.sampled_from([ONE_STEWARD, TWO_STEWARDS]))
    def submit(self, project: str) -> str:
        """Somebody submits."""
        made = self.rig.submit("researcher2", project)
        self.ids.append(made.id)
        return made.id

    @rule(outcome=st.sampled_from(OUTCOMES), target=stale)
    def screen(self, outcome: MachineRefusal | Fault | None) -> object:
        """The machine screens what waits, and may fail."""
        self.rig.compute.instead = outcome
        subjects = []
        while (done := self.rig.screen()) is not None:
            subjects += [] if done.screening is None else [done.screening.subject]
        return multiple(*subjects)

    @rule(request=requests, person=st.sampled_from(PEOPLE), verdict=st.sampled_from(list(Verdict)))
    def vote(self, request: str, person: str, verdict: Verdict) -> None:
        """Anybody votes on what is shown."""
        self.tolerate(lambda: self.rig.vote(request, person, verdict))

    @rule(person=st.sampled_from(PEOPLE[:2]))
    def steward_approves(self, person: str) -> None:
        """A steward approves whatever there is."""
        self.approve_all(person)

    def approve_all(self, person: str) -> None:
        """Vote for every request in somebody's name."""
        for request in self.ids:
            self.tolerate(lambda made=request: self.rig.vote(made, person))

    @rule()
    def all_goes_well(self) -> None:
        """The machine screens and both stewards approve: without this, chance alone would seldom get that far."""
        self.rig.compute.instead = None
        while self.rig.screen() is not None:
            pass
        for person in PEOPLE[:2]:
            self.approve_all(person)

    @rule(request=requests, person=st.sampled_from(PEOPLE), subject=consumes(stale))
    def vote_on_something_else(self, request: str, person: str, subject: str) -> None:
        """Anybody votes on bytes seen some time, of this request or another."""
        self.tolerate(lambda: self.rig.vote(request, person, Verdict.APPROVE, subject))

    @rule(request=requests)
    def resubmit(self, request: str) -> None:
        """The author tries again."""
        self.tolerate(lambda: self.rig.resubmit(request, f"{SQL} -- {len(self.ids)}"))

    @rule(request=requests, person=st.sampled_from(PEOPLE))
    def withdraw(self, request: str, person: str) -> None:
        """Anybody tries to withdraw."""
        who = Researcher(person, None)
        self.tolerate(lambda: intake.withdraw(self.rig.store, self.rig.bundle, self.rig.clock(), who, request))

    @rule(request=requests, person=st.sampled_from(PEOPLE))
    def order_screening(self, request: str, person: str) -> None:
        """Anybody tries to have it screened again."""
        rig = self.rig
        self.tolerate(lambda: voting.order_screening(rig.store, rig.clock(), rig.bundle, steward(person), request))

    @rule(request=requests, person=st.sampled_from(PEOPLE))
    def revoke(self, request: str, person: str) -> None:
        """Anybody tries to revoke."""
        rig = self.rig
        self.tolerate(lambda: voting.revoke(rig.store, rig.clock(), rig.bundle, steward(person), request, "Why."))

    @rule()
    def release(self) -> None:
        """The machine releases what is approved."""
        self.rig.release()

    @rule()
    def pass_time(self) -> None:
        """An hour goes by."""
        self.rig.now[0] += timedelta(hours=1)

    def tolerate(self, step: object) -> None:
        """Do a step that may be refused, for a reason we know."""
        try:
            step()  # type: ignore[operator]  # a step without arguments
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise

    @invariant()
    def nothing_left_without_the_stewards(self) -> None:
        """Released or revoked: enough distinct stewards, no one else, approved these bytes in this round."""
        for request in (self.rig.get(made) for made in self.ids):
            if request.release is not None:
                self.check_release(request)
            else:
                assert request.state not in {State.RELEASED, State.REVOKED}

    def check_release(self, request: ExportRequest) -> None:
        """Check one release."""
        assert request.screening is not None
        votes = request.current_votes
        needed = self.rig.bundle.projects[request.project].release.stewards
        assert len({vote.steward for vote in votes}) == len(votes) >= needed
        assert {vote.steward for vote in votes} <= {"steward1", "steward2"}
        assert {vote.verdict for vote in votes} == {Verdict.APPROVE}
        assert request.release is not None
        assert request.release.files[0].sha256 == request.screening.tables[0].csv_sha256

    @invariant()
    def all_of_it_is_on_record(self) -> None:
        """The log verifies, and each release is in it exactly once."""
        assert isinstance(self.rig.proof(), Intact)
        out = [made for made in self.ids if self.rig.get(made).release is not None]
        recorded = [found.entry.request for found in self.rig.entries() if found.entry.action.value == "released"]
        assert sorted(out) == sorted(name for name in recorded if name is not None)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
