"""`ecluse check`: hold declared models, figures and maps against a disclosure profile."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import Field, JsonValue, ValidationError

from ecluse_platform.cli.base import ExitCode, Policies, fail
from ecluse_platform.cli.public import profile_or_exit
from ecluse_platform.core.disclosure.outputs import KINDS, Output, Report, Verdict, check_outputs, model_of
from ecluse_platform.core.disclosure.outputs.checking import DECLARED, Checked
from ecluse_platform.core.disclosure.outputs.wording import where
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Language
from ecluse_platform.policyfiles import PolicyError
from ecluse_platform.policyfiles.explaining import explain
from ecluse_platform.policyfiles.parsing import Document, parse
from ecluse_platform.policyfiles.problems import Problem

check = typer.Typer(add_completion=False)

_OWNER_ONLY = 0o600
_KIB = 1024
# Places named where there are many: the report has all of them.
_MOST_NAMED = 5
_CODES = {Verdict.PASS: ExitCode.DONE, Verdict.REVIEW: ExitCode.REVIEW, Verdict.FAIL: ExitCode.REFUSED}


class OutputFile(Policy):
    """What a file of declared outputs holds."""

    outputs: Annotated[tuple[dict[str, JsonValue], ...], Field(description="The outputs, each with its kind.")]


@check.command()
def run(
    file: Annotated[Path, typer.Argument(help="The outputs and their evidence: YAML or JSON.", metavar="OUTPUT.yaml")],
    profile: Annotated[
        str, typer.Option(help="A profile of the policies by name, or a file.", metavar="PROFILE")
    ] = "snds",
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.json and the versions that may leave.", metavar="DIR")
    ] = None,
    language: Annotated[Language, typer.Option(help="Of what is printed; the report has both.")] = Language.EN,
    policies: Policies = None,
) -> None:
    """Say of declared models, figures and maps whether they may leave: PASS, REVIEW or FAIL; the worst wins.

    The evidence is believed, not computed again. Where the machine can make a version that may leave (a binned survival
    curve, a histogram with merged bins), it is held against the same rules and written to DIR.

    Ends with 0 for PASS, 4 for REVIEW (a person must look at it), 3 for FAIL, 2 for input that is wrong.
    """
    rules = profile_or_exit(profile, policies)
    outputs = read_outputs(file, rules)
    try:
        report = check_outputs(outputs, rules)
    except Refusal as refusal:
        words = (refusal.reason.in_language(language), refusal.next_step.in_language(language))
        fail(f"{file}: {words[0]}\n{words[1]}")
    written = {} if out is None else _write(out, report)
    typer.echo(DECLARED.in_language(language), err=True)
    for number, checked in enumerate(report.outputs, 1):
        _print(number, checked, written.get(number), language)
    typer.echo(report.verdict.name)
    raise typer.Exit(int(_CODES[report.verdict]))


def read_outputs(path: Path, rules: DisclosureProfile) -> tuple[Output, ...]:
    """Return declared outputs, each held against the model of its kind, or end the command with all that is wrong."""
    most = rules.outputs.most_kib * _KIB
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        fail(f"{path}: cannot be read: {error.strerror}.")
    if len(content) > most:
        fail(f"{path}: this is larger than {rules.outputs.most_kib} KiB. Spread the outputs over several files.")
    document = _json(str(path), content) if path.suffix == ".json" else parse(str(path), content)
    problems = list(document.problems)
    outputs: list[Output] = []
    if not problems:
        for index, entry in enumerate(_entries(document, problems)):
            model = model_of(entry.get("kind"))
            try:
                outputs.append(model.model_validate_json(json.dumps(entry), strict=True))
            except ValidationError as error:
                problems += explain(document, model, error, ("outputs", index))
    if problems:
        fail(str(PolicyError(problems)))
    return tuple(outputs)


def _json(file: str, content: bytes) -> Document:
    """Read what a program wrote, faster than YAML and as strictly: no key twice, no number that is none."""
    document = Document(file)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key {key!r} is written twice")
            found[key] = value
        return found

    def no_number(text: str) -> None:
        raise ValueError(f"{text} is no number")

    try:
        document.data = json.loads(content.decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
    except RecursionError:
        document.problems.append(Problem(file, 1, 1, "", "the file nests too deeply"))
    except json.JSONDecodeError as error:
        document.problems.append(Problem(file, error.lineno, error.colno, "", f"this is not valid JSON: {error.msg}"))
    except ValueError as error:
        document.problems.append(Problem(file, 1, 1, "", f"this is not valid JSON: {error}"))
    return document


def _entries(document: Document, problems: list[Problem]) -> tuple[dict[str, JsonValue], ...]:
    try:
        return OutputFile.model_validate_json(json.dumps(document.data), strict=True).outputs
    except ValidationError as error:
        problems += explain(document, OutputFile, error)
        return ()


def _print(number: int, checked: Checked, written: str | None, language: Language) -> None:
    kind = checked.output.kind if checked.output.kind in KINDS else "?"
    typer.echo(f"{number}. {kind}: {checked.verdict.name}")
    for finding in checked.findings:
        named = [where(position).in_language(language) for position in finding.positions[:_MOST_NAMED]]
        places = "; ".join([*named, "…"] if len(finding.positions) > _MOST_NAMED else named)
        said, step = finding.reason.in_language(language), finding.next_step.in_language(language)
        typer.echo(
            f"   {finding.verdict.name} {finding.rule.value}{f' ({places})' if places else ''}: {said}.\n     {step}"
        )
    if written is not None:
        typer.echo(f"   → {written}")


def _write(out: Path, report: Report) -> dict[int, str]:
    """Write the report, which stays inside, and each version that may leave; return the files by output."""
    files: dict[int, str] = {}
    content: dict[str, Any] = report.as_json()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number, checked in enumerate(report.outputs, 1):
            if checked.safe is not None:
                files[number] = f"{number}-{checked.output.name or checked.output.kind.replace('_', '-')}.csv"
                (out / files[number]).write_text(checked.safe.text, encoding="utf-8", newline="")
                content["outputs"][number - 1]["may_leave"] = files[number]
        text = json.dumps(content, ensure_ascii=False, indent=1)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(out / "report.json", flags, _OWNER_ONLY), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror}. Choose another folder with --out.")
    return files
