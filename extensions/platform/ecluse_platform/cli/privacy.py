"""`ecluse privacy`: what an epsilon is worth and how precise it is, from the policies; no data is looked at."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from ecluse_platform.cli.base import Policies, fail, policies_or_exit
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.loss import Accounting, exact_text, loss_of
from ecluse_platform.core.privacy.meaning import guesses_in_a_hundred
from ecluse_platform.core.privacy.precision import half_widths
from ecluse_platform.core.privacy.query import Combine, Measurement, Output, OutputKind, PrivateQuery, Vector
from ecluse_platform.core.text import Language

_EPSILONS = ("0.1", "0.5", "1", "2")
# A person in one cell, as in a table by sex and département; and in each month of a year.
_CELLS = (1, 12)
_BEGIN, _END = "<!-- figures:begin -->", "<!-- figures:end -->"
PAGES = {
    Language.EN: Path("docs/en/differential-privacy.md"),
    Language.FR: Path("docs/fr/confidentialite-differentielle.md"),
}
_HEADERS = {
    Language.EN: (
        "right guesses of 100, at most",
        "persons, one cell each",
        "persons, 12 cells each",
        "such answers in the budget",
    ),
    Language.FR: (
        "fois juste sur 100, au plus",
        "personnes, une cellule chacune",
        "personnes, 12 cellules chacune",
        "telles réponses dans le budget",
    ),
}
_WHOLE = {Language.EN: "the whole budget, {amount}", Language.FR: "le budget entier, {amount}"}

app = typer.Typer(help="What differentially private answers are worth, from the policies.", no_args_is_help=True)


@app.command()
def figures(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a page is out of date.")] = False,
    policies: Policies = None,
) -> None:
    """Write the table of epsilons into the pages on differential privacy, one for each privacy profile."""
    profiles = policies_or_exit(policies).privacy
    for language, page in PAGES.items():
        text = page.read_text(encoding="utf-8")
        before, begin, rest = text.partition(_BEGIN)
        _, end, after = rest.partition(_END)
        if not begin or not end:
            fail(f"{page} has no place for the figures.")
        made = f"{before}{begin}\n{_tables(profiles, language)}{end}{after}"
        if check and made != text:
            fail(f"{page} is out of date: run `ecluse privacy figures`.")
        if made != text:
            page.write_text(made, encoding="utf-8")
        typer.echo(f"{page}: {'up to date' if made == text else 'written'}")


def _tables(profiles: dict[str, PrivacyProfile], language: Language) -> str:
    return "\n".join(_table(name, profile, language) for name, profile in sorted(profiles.items()))


def _table(name: str, profile: PrivacyProfile, language: Language) -> str:
    header = (f"ε (`{name}`)", *_HEADERS[language])
    lines = [header, ("---", *("---:" for _ in _HEADERS[language]))]
    budget = Fraction(profile.budget)
    for epsilon in _EPSILONS:
        amount = loss_of(profile.accounting, Fraction(epsilon)).amount
        widths = [f"± {half_widths(_counting(profile, epsilon, cells), profile)['n']}" for cells in _CELLS]
        guesses = guesses_in_a_hundred(profile.accounting, amount)
        lines.append((_said(epsilon, language), _said(guesses, language), *widths, str(budget // amount)))
    measure = "ε" if profile.accounting is Accounting.PURE else "rho"
    whole = _WHOLE[language].format(amount=f"{measure} = {_said(exact_text(budget), language)}")
    lines.append((whole, _said(guesses_in_a_hundred(profile.accounting, budget), language), "", "", ""))
    return "".join(f"| {' | '.join(line)} |\n".replace("  |", " |") for line in lines)


def _counting(profile: PrivacyProfile, epsilon: str, cells: int) -> PrivateQuery:
    """Return a question that counts persons, each of them in so many cells."""
    return PrivateQuery(
        accounting=profile.accounting,
        epsilon=Decimal(epsilon),
        delta=Decimal(0),
        tables=(),
        canonical_sql="",
        inner_sql="",
        dimensions=(),
        columns={},
        cells=cells,
        rows=1,
        vectors=(Vector(name="n", sql="1", combine=Combine.ANY, least=0, most=1),),
        measurements=(Measurement(vectors=("n",)),),
        outputs=(Output(name="n", kind=OutputKind.PERSONS, of=("n",)),),
        counted="n",
        clipped_percent=0,
    )


def _said(number: str, language: Language) -> str:
    return number.replace(".", ",") if language is Language.FR else number
