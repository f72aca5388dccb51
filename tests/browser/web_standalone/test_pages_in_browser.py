"""The pages in a real browser: a steward decides, hostile text stays text, the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ecluse_platform.core.workflow import State
from made_tables import Cell
from web_rig.rig import ONE_PROJECT, TWO_STEWARDS, Rig, running_rig

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
HOSTILE_SQL = f"""-- {HOSTILE}
SELECT BEN_SEX_COD, COUNT(DISTINCT BEN_NIR_PSA) AS patients
FROM IR_BEN_R WHERE BEN_RES_DPT <> '</code></pre><script>document.title=1</script>'
GROUP BY BEN_SEX_COD"""
Enter = Callable[[str], Page]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """The pages with real use cases; labels as hostile as titles."""
    with running_rig(tmp_path) as running:
        running.compute.cells = [Cell(("1",), 1523), Cell((HOSTILE,), 40), Cell(("2",), 7)]
        yield running


@pytest.fixture
def enter(rig: Rig, new_context: Callable[[], BrowserContext]) -> Iterator[Enter]:
    """Open a browser in which the hub knows who one is; anything a page complains of fails the test."""
    complaints: list[str] = []

    def become(name: str) -> Page:
        page = new_context().new_page()
        page.goto(f"{rig.hub_url}/hub/become/{name}")
        page.on("pageerror", lambda error: complaints.append(f"a script ran: {error}"))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("dialog", lambda dialog: (complaints.append("a dialog opened"), dialog.dismiss()))
        return page

    yield become
    assert complaints == []


def test_a_steward_approves_and_the_researcher_downloads(rig: Rig, enter: Enter) -> None:
    """From the queue to the file, through the pages only."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    steward = enter("steward1")
    steward.goto(f"{rig.url}/")
    steward.get_by_role("link", name="Patients par sexe").click()
    expect(steward.get_by_text("2 bornes sur 2 démontrées")).to_be_visible()
    steward.get_by_label("Favorable").check()
    steward.get_by_role("button", name="Donner cet avis").click()
    expect(steward.get_by_text("Décision : Favorable")).to_be_visible()
    rig.release()
    researcher = enter("researcher1")
    researcher.goto(f"{rig.url}/requests/{made}")
    with researcher.expect_download() as started:
        researcher.get_by_role("link", name="Tout télécharger").click()
    assert started.value.suggested_filename.endswith(".zip")
    with researcher.expect_download() as started:
        researcher.get_by_role("link", name="table1.csv").click()
    assert b"c" in Path(started.value.path()).read_bytes()
    assert rig.get(made).state is State.RELEASED


def test_hostile_text_stays_text(rig: Rig, enter: Enter) -> None:
    """A title, a purpose, SQL and labels full of markup are read letter by letter, and nothing of them runs."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title=HOSTILE, purpose=HOSTILE, sql=HOSTILE_SQL)
    for person, path in (
        ("steward1", "/review"),
        ("steward1", f"/review/{made}"),
        ("researcher1", "/requests"),
        ("researcher1", f"/requests/{made}"),
    ):
        page = enter(person)
        page.goto(rig.url + path)
        expect(page.get_by_text("<img src=x", exact=False).first).to_be_visible()
        assert page.locator("main script, main img, [onerror]").count() == 0
        assert page.title().endswith("· Écluse")


def test_a_form_without_its_token_is_refused(rig: Rig, enter: Enter) -> None:
    """Taking the anti-forgery token out of the form makes the vote void, and the page says so kindly."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    page = enter("steward1")
    page.goto(f"{rig.url}/review/{made}")
    page.evaluate("document.querySelectorAll('input[name=csrf]').forEach(field => field.remove())")
    page.get_by_label("Favorable").check()
    page.get_by_role("button", name="Donner cet avis").click()
    expect(page.get_by_text("rien n'a été fait")).to_be_visible()
    assert rig.get(made).votes == ()


def test_a_page_of_another_origin_can_neither_vote_nor_frame(rig: Rig, enter: Enter) -> None:
    """A page under a researcher's own address cannot send a steward's vote, nor show our pages inside itself."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    page = enter("steward1")
    page.goto(f"{rig.url}/review/{made}")
    page.goto(f"{rig.hub_url}/hub/home")
    page.evaluate(
        """url => {
            const form = document.createElement('form');
            form.method = 'post'; form.action = url;
            form.innerHTML = '<input name="verdict" value="approve"><input name="csrf" value="guess">';
            document.body.append(form); form.submit();
        }""",
        f"{rig.url}/review/{made}/vote",
    )
    page.wait_for_url("**/vote")
    assert rig.get(made).votes == ()


def test_a_member_of_another_project_is_refused(rig: Rig, enter: Enter) -> None:
    """A request of a project one does not belong to does not exist, whatever its address."""
    made = rig.submit(author="researcher2", project=TWO_STEWARDS, title="Antibiotiques")
    page = enter("researcher1")
    page.goto(f"{rig.url}/requests/{made}")
    expect(page.get_by_text("Cette demande n'existe pas.")).to_be_visible()
    page.goto(f"{rig.url}/review/{made}")
    expect(page.get_by_text("Seuls les data stewards vérifient")).to_be_visible()


def test_logging_out_ends_both_sessions(rig: Rig, enter: Enter) -> None:
    """The button leads out of the pages and out of the hub, without a stop that the pages' own policy would block."""
    page = enter("researcher1")
    page.goto(f"{rig.url}/requests")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{rig.hub_url}/hub/logout")
    page.goto(f"{rig.url}/requests")
    expect(page.get_by_text("login form of the hub")).to_be_visible()


def test_a_vote_by_keyboard_alone(rig: Rig, enter: Enter) -> None:
    """Everything can be reached and done without a mouse; the first stop leads past the menu."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="Patients par sexe")
    page = enter("steward1")
    page.goto(f"{rig.url}/review/{made}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "verdict":
            break
    page.keyboard.press("Space")
    expect(page.get_by_label("Favorable")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Décision : Favorable")).to_be_visible()
    assert rig.get(made).state is State.APPROVED


@pytest.mark.parametrize("width", [320, 400, 1280])
def test_no_page_scrolls_sideways(rig: Rig, enter: Enter, width: int) -> None:
    """On a phone as on a screen, only tables and code scroll inside their own box."""
    made = rig.submit(author="researcher1", project=ONE_PROJECT, title="motsanscoupure" * 14)
    for person, paths in (
        ("steward1", ["/review", f"/review/{made}", "/budgets", f"/budgets/{ONE_PROJECT}", "/nowhere"]),
        ("researcher1", ["/requests", f"/requests/{made}", f"/budgets/{ONE_PROJECT}"]),
        ("operator1", ["/operations"]),
    ):
        page = enter(person)
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(rig.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("html").get_attribute("lang") == "fr"
            assert page.locator("h1").count() == 1
