"""Write the chapter on disclosure control, in English and in French, from the examples that the tests run.

With `--check` nothing is written: it ends with 2 when a page is not what the examples give.
"""

# ruff: noqa: INP001 - a script run by its path, not part of a package
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from disclosure_examples import CHAPTERS, Chapter, Example, chapters  # noqa: E402 - the examples stand beside the tests
from ecluse_platform.core.disclosure.outputs.checking import Finding  # noqa: E402 - after the path is set
from ecluse_platform.core.disclosure.outputs.wording import where  # noqa: E402 - after the path is set
from ecluse_platform.core.disclosure.rules.wording import wording  # noqa: E402 - after the path is set
from ecluse_platform.core.disclosure.table import Rule  # noqa: E402 - after the path is set
from ecluse_platform.core.refusals import Refusal  # noqa: E402 - after the path is set
from ecluse_platform.core.text import Language, Text  # noqa: E402 - after the path is set
from output_examples import OutputChapter, OutputExample, output_chapters  # noqa: E402 - beside the tests

PAGES = {
    Language.EN: ROOT / "docs" / "en" / "disclosure-control.md",
    Language.FR: ROOT / "docs" / "fr" / "controle-de-divulgation.md",
}
RELEASED = Text(en="released", fr="diffusé")
WHY = Text(en="why", fr="pourquoi")
WITH = Text(en="Profile", fr="Profil")
REFUSED = Text(en="Refused", fr="Refusé")
POSSIBLE = Text(
    en="The certificates: two other tables that agree with everything released. The hidden cell may be either.",
    fr="Les certificats : deux autres tableaux qui s'accordent avec tout ce qui est diffusé. La cellule masquée peut "
    "être l'un ou l'autre.",
)
TRUE = Text(en="true", fr="vrai")
OTHER = Text(en="also possible", fr="aussi possible")
VERDICT = Text(en="Verdict", fr="Verdict")
FOUND = (Text(en="verdict", fr="verdict"), Text(en="where", fr="où"), WHY, Text(en="next step", fr="prochaine étape"))
INSTEAD = Text(en="May leave instead:", fr="Peut sortir à la place :")


def page(language: Language) -> str:
    """Return the chapter in one language."""
    introduction = (CHAPTERS.parent / f"introduction.{language.value}.md").read_text(encoding="utf-8")
    tables = ["\n".join(_chapter(chapter, language)) for chapter in chapters()]
    outputs = ["\n".join(_output_chapter(chapter, language)) for chapter in output_chapters()]
    return "\n".join([introduction, *tables, *outputs])


def _output_chapter(chapter: OutputChapter, language: Language) -> Iterator[str]:
    yield f"## {chapter.title.in_language(language)}\n"
    yield chapter.text.in_language(language) + "\n"
    for example in chapter.examples:
        yield f"### {example.title.in_language(language)}\n"
        yield example.text.in_language(language) + "\n"
        yield f"```yaml\n{example.evidence}```\n"
        yield from _verdict(example, language)


def _verdict(example: OutputExample, language: Language) -> Iterator[str]:
    report = example.report()
    colon = " :" if language is Language.FR else ":"
    yield f"{VERDICT.in_language(language)}{colon} **{report.verdict.name}**\n"
    found = [(number, finding) for number, one in enumerate(report.outputs, 1) for finding in one.findings]
    if found:
        yield _row([words.in_language(language) for words in FOUND])
        yield _row(["---"] * len(FOUND))
        several = len(report.outputs) > 1
        yield from (_finding(finding, number if several else None, language) for number, finding in found)
        yield ""
    for one in report.outputs:
        if one.safe is not None:
            yield INSTEAD.in_language(language) + "\n"
            first, *lines = [line.split(",") for line in one.safe.text.splitlines()]
            yield from (_row(first), _row(["---"] * len(first)), *(_row(line) for line in lines), "")


def _finding(finding: Finding, output: int | None, language: Language) -> str:
    places = [where(position).in_language(language) for position in finding.positions]
    if output is not None:
        places.insert(0, f"{output}.")
    reason, step = finding.reason.in_language(language), finding.next_step.in_language(language)
    return _row([finding.verdict.name, "; ".join(places).replace(".;", "."), reason, step])


def _chapter(chapter: Chapter, language: Language) -> Iterator[str]:
    yield f"## {chapter.title.in_language(language)}\n"
    yield chapter.text.in_language(language) + "\n"
    for example in chapter.examples:
        yield f"### {example.title.in_language(language)}\n"
        yield example.text.in_language(language) + "\n"
        if example.profile:
            keys = ", ".join(f"`{key}: {_written(value)}`" for key, value in example.profile.items())
            yield f"{WITH.in_language(language)} : {keys}\n" if language is Language.FR else f"Profile: {keys}\n"
        yield from _table(example, language)
        if example.refusal is not None:
            yield f"**{REFUSED.in_language(language)}.** {_reason(example).in_language(language)}\n"
        if example.certificate:
            yield from _certificates(example, language)


def _table(example: Example, language: Language) -> Iterator[str]:
    names = [dimension.name for dimension in example.dimensions]
    measures = [measure.name for measure in example.measures]
    out = [] if example.refusal else [f"{RELEASED.in_language(language)}: {name}" for name in measures]
    why = [] if example.refusal else [WHY.in_language(language)]
    yield _row([*names, *example.columns, *out, *why])
    yield _row(["---"] * len(names) + ["---:"] * (len(example.columns) + len(out)) + ["---"] * len(why))
    for line in example.lines:
        reason = [] if example.refusal else [_why(example, line.rule, language)]
        shown = [f"**{value}**" if line.rule else value for value in line.released]
        yield _row([*line.labels, *(str(number) for number in line.numbers), *shown, *reason])
    yield ""


def _why(example: Example, rule: str, language: Language) -> str:
    return wording(Rule(rule), example.rules).in_language(language) if rule else ""


def _reason(example: Example) -> Text:
    try:
        example.protected()
    except Refusal as refusal:
        return refusal.reason
    raise SystemExit(f"{example.name}: this table is not refused any more")


def _certificates(example: Example, language: Language) -> Iterator[str]:
    """Show, for the first cell that is hidden for itself, the two tables that prove its interval."""
    (first, *_) = example.protected().proofs
    cell = first.protections[0].cell
    own = [certificate for certificate in first.pattern.certificates if certificate.cell == cell]
    yield POSSIBLE.in_language(language) + "\n"
    names = [dimension.name for dimension in example.dimensions]
    others = [OTHER.in_language(language)] * len(own)
    yield _row([*names, TRUE.in_language(language), *others])
    yield _row(["---"] * len(names) + ["---:"] * (1 + len(own)))
    tables = []
    for certificate in own:
        size = abs(int(certificate.moves[certificate.support == cell][0]))
        values = first.system.values.copy()
        values[certificate.support] += certificate.moves * certificate.reach // size
        tables.append(values)
    for place, line in enumerate(example.lines):
        numbers = [first.system.values, *tables]
        yield _row([*line.labels, *(f"**{n[place]}**" if line.rule else str(n[place]) for n in numbers)])
    yield ""


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(one)}" for key, one in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def main() -> int:
    """Write the pages, or only say whether they are up to date."""
    for language, path in PAGES.items():
        wanted = page(language)
        if "--check" not in sys.argv[1:]:
            path.write_text(wanted, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
            sys.stderr.write(f"{path.name} is not what the examples give: run tools/disclosure_chapters.py\n")
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
