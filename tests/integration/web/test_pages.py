"""What each person sees, and what they do not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.requests import Fault, MachineRefusal, sha256_of
from ecluse_platform.core.text import Text
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import Progress
from made_tables import Cell
from web_rig.browser import Visitor
from web_rig.rig import ONE_PROJECT, TWO_STEWARDS, Rig

Visit = Callable[[str], Visitor]


def released(rig: Rig, visit: Visit) -> str:
    """Bring one request to its release."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    steward = visit("steward1")
    steward.post(f"/review/{made}/vote", "/requests", verdict="approve", subject=steward.subject(made))
    rig.release()
    return made


@pytest.mark.parametrize("path", ["/requests", "/review", "/nowhere", "/static/none"])
def test_every_answer_is_strict(visit: Visit, path: str) -> None:
    """Nothing may run, be framed, be guessed or be kept; only our own sheet and images load."""
    headers = visit("steward1").get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        ("researcher1", "/review", 403),
        ("projectadmin1", "/review", 403),
        ("operator1", "/review", 403),
        ("steward1", "/operations", 403),
        ("researcher1", "/operations", 403),
        ("operator1", "/operations", 200),
        ("steward1", "/review?tab=elsewhere", 404),
        ("steward1", "/review/unknown", 404),
        ("researcher1", "/requests/unknown", 404),
        ("researcher1", "/requests/../../etc/passwd", 404),
    ],
)
def test_each_role_has_its_pages(visit: Visit, person: str, path: str, status: int) -> None:
    """Pages of another role are refused, with a reason and a next step."""
    answer = visit(person).get(path)
    assert answer.status_code == status
    assert '<html lang="fr">' in answer.text


def test_a_request_of_another_project_does_not_exist(rig: Rig, visit: Visit) -> None:
    """A researcher cannot read, withdraw, comment or download a request of a project they are no member of."""
    foreign = rig.submit(author="researcher2", project=TWO_STEWARDS, title="Secret des autres")
    visitor = visit("researcher1")
    for answer in (
        visitor.get(f"/requests/{foreign}"),
        visitor.get(f"/requests/{foreign}/archive"),
        visitor.get(f"/requests/{foreign}/files/table1.csv"),
        visitor.post(f"/requests/{foreign}/withdraw", "/requests"),
        visitor.post(f"/requests/{foreign}/comment", "/requests", text="x"),
    ):
        assert answer.status_code == 404
        assert "Secret des autres" not in answer.text
    assert "Secret des autres" not in visitor.get("/requests").text
    assert rig.get(foreign).state is State.IN_REVIEW


def test_an_address_that_an_author_passes_on_leads_a_steward_to_the_review(rig: Rig, visit: Visit) -> None:
    """Stewards have a page of their own for each request; somebody else's project still does not exist for others."""
    request_id = rig.submit(author="researcher1", project="diabete-idf", title="Âge par sexe")
    answer = visit("steward1").get(f"/requests/{request_id}")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"/review/{request_id}")


def test_a_steward_sees_what_hides_each_cell_and_no_hidden_value(rig: Rig, visit: Visit) -> None:
    """Hidden cells carry the mark and the rule; the summary counts them."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    page = visit("steward1").get(f"/review/{made}").text
    assert "<strong>1</strong> publiées" in page
    assert "<strong>1</strong> masquées pour elles-mêmes" in page
    assert "2 bornes sur 2 démontrées" in page
    assert '<span class="mark">c</span>' in page
    assert "moins de 11 personnes distinctes" in page
    assert "1\u202f523" in page
    assert '<td class="num">7</td>' not in page


def test_an_earlier_release_is_compared_exactly_and_shown_beside(rig: Rig, visit: Visit) -> None:
    """Same project, same tables: the steward reads what comparing hid, and can put both tables side by side."""
    first = released(rig, visit)
    rig.compute.cells = [Cell(("1",), 1523), Cell(("2",), 7), Cell(("3",), 20, Rule.HISTORY)]
    rig.compute.hidden_for = {f"{first}-1-0": (2,)}
    second = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients encore")
    steward = visit("steward1")
    page = steward.get(f"/review/{second}").text
    assert "Comparé exactement avec 1 tableau antérieur" in page
    assert f"1 cellule de plus est masquée à cause de <bdi>« Patients par sexe » ({first})</bdi>" in page
    both = steward.get(f"/review/{second}?compare={first}").text
    assert both.count('class="table-box table-tall table-data"') == 3
    assert steward.get(f"/review/{second}?compare=other").status_code == 404


def test_two_stewards_do_not_see_each_other_until_both_voted(rig: Rig, visit: Visit) -> None:
    """The first verdict and its words stay hidden from the second steward and from the author."""
    made = rig.submit(author="researcher2", project=TWO_STEWARDS, title="Antibiotiques")
    first, second, author = visit("steward1"), visit("steward2"), visit("researcher2")
    words = "Population trop petite"
    first.post(f"/review/{made}/vote", "/requests", verdict="return", comment=words, subject=first.subject(made))
    assert words in first.get(f"/review/{made}").text
    for reader, path in ((second, f"/review/{made}"), (author, f"/requests/{made}")):
        page = reader.get(path).text
        assert words not in page
        assert "Avis donné" not in page
    second.post(f"/review/{made}/vote", "/requests", verdict="approve", subject=second.subject(made))
    assert rig.get(made).state is State.RETURNED
    assert words in second.get(f"/review/{made}").text
    assert words in author.get(f"/requests/{made}").text


def test_a_first_vote_does_not_send_a_request_to_the_end_of_the_queue(rig: Rig, visit: Visit) -> None:
    """The queue is in the order in which requests began to wait, whatever was voted or said since."""
    first = rig.submit(author="researcher2", project=TWO_STEWARDS, title="Premier arrivé")
    rig.later(hours=1)
    rig.submit(author="researcher1", project=ONE_PROJECT, title="Second arrivé")
    rig.later(hours=1)
    steward = visit("steward1")
    steward.post(f"/review/{first}/vote", "/requests", verdict="approve", subject=steward.subject(first))
    page = visit("steward2").get("/review").text
    assert page.index("Premier arrivé") < page.index("Second arrivé")


def test_words_among_stewards_never_reach_the_project(rig: Rig, visit: Visit) -> None:
    """A private comment shows to stewards only, and private is what a comment is unless said otherwise."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    steward = visit("steward1")
    steward.post(f"/review/{made}/comment", "/requests", text="Entre nous")
    assert "Entre nous" in steward.get(f"/review/{made}").text
    assert "Entre nous" not in visit("researcher1").get(f"/requests/{made}").text


def test_released_files_come_as_attachments_with_the_bytes_reviewed(rig: Rig, visit: Visit) -> None:
    """Each file is handed out whole, under a plain name, never to be displayed by the browser."""
    made = released(rig, visit)
    visitor = visit("researcher1")
    release = rig.get(made).release
    assert release is not None
    for file in release.files:
        answer = visitor.get(f"/requests/{made}/files/{file.path}")
        assert sha256_of(answer.content) == file.sha256
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert file.sha256 in visitor.get(f"/requests/{made}").text
    archive = visitor.get(f"/requests/{made}/archive")
    assert len(zipfile.ZipFile(io.BytesIO(archive.content)).namelist()) == len(release.files)


def test_a_revoked_release_says_why_and_hands_out_nothing(rig: Rig, visit: Visit) -> None:
    """After a revocation the project reads the reason, and every file is refused."""
    made = released(rig, visit)
    visit("steward1").post(f"/review/{made}/revoke", "/requests", reason="Filtre erroné")
    visitor = visit("researcher1")
    assert "Filtre erroné" in visitor.get(f"/requests/{made}").text
    assert visitor.get(f"/requests/{made}/files/table1.csv").status_code == 410


def test_the_author_withdraws_and_others_do_not(rig: Rig, visit: Visit) -> None:
    """Only the author's page has the button, and only the author's form works."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    colleague = visit("researcher2")
    assert "/withdraw" not in colleague.get(f"/requests/{made}").text
    assert colleague.post(f"/requests/{made}/withdraw", "/requests").status_code == 403
    assert visit("researcher1").post(f"/requests/{made}/withdraw", "/requests").status_code == 303
    assert rig.get(made).state is State.WITHDRAWN


def test_a_quarantined_request_is_recomputed_or_rejected(rig: Rig, visit: Visit) -> None:
    """A steward has a broken recomputation done again, or closes the request with a reason."""
    rig.compute.instead = Fault.CRASH
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    steward = visit("steward1")
    assert "le calcul s&#39;est arrêté de façon inattendue" in steward.get(f"/review/{made}").text
    steward.post(f"/review/{made}/screen", "/requests")
    rig.screen()
    assert rig.get(made).state is State.QUARANTINED
    steward.post(f"/review/{made}/reject", "/requests", comment="Reprenez la requête")
    assert rig.get(made).state is State.REJECTED
    assert "Reprenez la requête" in visit("researcher1").get(f"/requests/{made}").text


def test_the_operator_sees_counts_and_no_content(rig: Rig, visit: Visit) -> None:
    """Health, the audit log's state and counts; no title, author, SQL or value of any request."""
    rig.submit(author="researcher1", project=ONE_PROJECT, title="Titre du projet")
    page = visit("operator1").get("/operations").text
    assert "Vérifié : intact" in page
    assert "Titre du projet" not in page
    assert "researcher1" not in page


def test_language_is_chosen_in_the_address_and_remembered(visit: Visit) -> None:
    """French first; a switch in the address lasts; anything else is French."""
    visitor = visit("researcher1")
    assert '<html lang="fr">' in visitor.get("/requests?lang=xx").text
    assert '<html lang="en">' in visitor.get("/requests?lang=en").text
    assert "My export requests" in visitor.get("/requests").text
    assert "Page not found" in visitor.get("/nowhere").text


def test_a_program_at_an_unknown_address_is_answered_as_a_program(visit: Visit) -> None:
    """A page would be taken by the gateway for a service that is down."""
    answer = visit("researcher1").get("/api/v1/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_empty_list_says_how_to_begin(visit: Visit) -> None:
    """Someone without requests is shown the few lines that make one."""
    assert "ecluse.export(" in visit("researcher1").get("/requests").text


def test_a_crash_says_nothing_of_the_inside(rig: Rig, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """When something breaks, the page has a reason and a next step, its headers, and no detail."""
    visitor = visit("researcher1")

    def broken() -> object:
        raise RuntimeError("/srv/secret/path")

    monkeypatch.setattr(rig.deps.store, "reading", broken)
    answer = visitor.get("/requests")
    assert answer.status_code == 500
    assert "/srv/secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_large_table_is_shown_whole(rig: Rig, visit: Visit) -> None:
    """All rows that a policy allows are there to be read, numbered."""
    most = rig.deps.policies.current().disclosure["snds"].max_cells
    rig.compute.cells = [Cell((f"é{n}",), n) for n in range(most)]
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Grand tableau")
    page = visit("steward1").get(f"/review/{made}").text
    assert page.count('<td class="row-number">') == most


@pytest.mark.parametrize(
    ("person", "path", "tabs"),
    [
        ("researcher1", "/requests", ["Mes projets", "Mes demandes d&#39;export"]),
        ("projectadmin1", "/requests", ["Mes projets"]),
        ("steward1", "/review", ["Accueil", "Vérification", "Budgets"]),
        ("operator1", "/operations", ["Accueil", "Exploitation"]),
    ],
)
def test_the_menu_shows_what_concerns_a_person(visit: Visit, person: str, path: str, tabs: list[str]) -> None:
    """Requests are for researchers, and the hub's page is called by the title it has for that person."""
    page = visit(person).get(path).text
    menu = page[page.index('<nav class="nav"') : page.index("</nav>")]
    assert re.findall(r">([^<>]+)</a>", menu) == tabs


def test_the_way_back_to_the_hub_says_the_language(rig: Rig, visit: Visit) -> None:
    """The hub is on another origin and is told in which language one reads."""
    visitor = visit("researcher1")
    assert f'href="{rig.hub_url}/hub/projects?lang=en"' in visitor.get("/requests?lang=en").text


MERGE = Text(fr="Fusionner 15-19 et 20-24 : tout peut sortir.", en="Merge 15-19 and 20-24: everything can leave.")


def test_only_stewards_tell_primary_from_secondary_and_read_the_bounds(rig: Rig, visit: Visit) -> None:
    """The author sees one mark for every hidden cell, and what would keep more."""
    rig.compute.cells = [Cell(("1",), 1523), Cell(("2",), 7), Cell(("3",), 20, Rule.SECONDARY)]
    rig.compute.proposals = (MERGE,)
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients")
    steward = visit("steward1")
    inside = steward.get(f"/review/{made}").text
    assert "<strong>1</strong> masquées pour protéger les autres" in inside
    assert "Ce qu&#39;un tiers peut dire de chaque cellule masquée" in inside
    steward.post(f"/review/{made}/vote", "/requests", verdict="approve", subject=steward.subject(made))
    rig.release()
    page = visit("researcher1").get(f"/requests/{made}").text
    assert "Fusionner 15-19 et 20-24" in inside
    assert "Fusionner 15-19 et 20-24" in page
    assert page.count('<span class="mark">c</span>') == 2
    for word in ("secondaire", "pour elles-mêmes", "tiers", "démontrées", "distinctes"):
        assert word not in page


def test_before_the_release_a_browser_is_shown_no_value(rig: Rig, visit: Visit) -> None:
    """What leaves through a page has left: values are there once a steward agreed."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients")
    page = visit("researcher1").get(f"/requests/{made}").text
    assert "1 ligne publiée, 1 masquée" in page
    assert "1\u202f523" not in page


def test_several_tables_are_reviewed_one_below_the_other(rig: Rig, visit: Visit) -> None:
    """Each with its SQL, its proof and its place; one vote for all of them."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Deux", names=("hommes", "femmes"))
    steward = visit("steward1")
    page = steward.get(f"/review/{made}").text
    assert page.count("2 bornes sur 2 démontrées") == 2
    assert "Tableau 2 sur 2" in page
    steward.post(f"/review/{made}/vote", "/requests", verdict="approve", subject=steward.subject(made))
    rig.release()
    files = visit("researcher1").get(f"/requests/{made}").text
    assert all(name in files for name in ("hommes.csv", "femmes.csv", "hommes.sql", "femmes.sql"))


def test_a_refused_table_is_named_with_what_could_leave(rig: Rig, visit: Visit) -> None:
    """The author reads which table, why, and the proposals."""
    rig.compute.instead = MachineRefusal("too_many_cells", {"most": "5000"}, proposals=(MERGE,))
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Deux", names=("hommes", "femmes"))
    page = visit("researcher1").get(f"/requests/{made}").text
    assert "accepter le tableau <bdi>hommes</bdi>" in page
    assert "Fusionner 15-19 et 20-24" in page


def test_a_long_screening_shows_how_far_it_has_come(rig: Rig, visit: Visit) -> None:
    """A bar without a script: the page asks again by itself."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Long")
    with rig.deps.store.writing() as work:
        held = work.requests.get(made)
        under_way = replace(held, state=State.SCREENING)
        work.requests.save(under_way, audit=Entry(Action.LOGIN, "researcher1"))
    rig.compute.position = Progress("protecting", 50)
    page = visit("researcher1").get(f"/requests/{made}").text
    assert '<progress id="progress" max="100" value="55">' in page
    assert '<meta http-equiv="refresh" content="3">' in page
