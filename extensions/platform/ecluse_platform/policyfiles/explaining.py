"""Errors of the policy models, put into words that name the key and what was perhaps meant."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ecluse_platform.policyfiles.parsing import Document
from ecluse_platform.policyfiles.problems import Problem, closest


def explain(
    document: Document, model: type[BaseModel], error: ValidationError, at: tuple[str | int, ...] = ()
) -> Iterator[Problem]:
    """Yield one problem per error that the model found, at the place where the file can be mended.

    ``at`` is where in the document the model's own part begins.
    """
    details = error.errors()
    for detail in details:
        inside = any(other["loc"][: len(detail["loc"])] == detail["loc"] != other["loc"] for other in details)
        # A list that is short only because one of its parts is wrong: the part is told.
        if not (detail["type"] == "too_short" and inside):
            yield _problem(document, model, detail, at)


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that a part of a policy file may have, as they are written in the file."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _problem(document: Document, model: type[BaseModel], detail: ErrorDetails, at: tuple[str | int, ...]) -> Problem:
    path = (*at, *detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            here = model_at(model, detail["loc"][:-1])
            known = keys_of(here) if here else ()
            meant = closest(str(path[-1]), known)
            others = "" if meant else f"; known here: {', '.join(known)}"
            return document.problem(path, f"unknown key{others}", meant, of_key=True)
        case "string_pattern_mismatch" if path and path[-1] == "[key]":
            return document.problem(path[:-1], f"{path[-2]!r} is not a name that may be used here", of_key=True)
        case "enum" | "literal_error":
            known = tuple(str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
            return document.problem(path, f"must be one of: {', '.join(known)}", closest(str(detail["input"]), known))
        case _:
            return document.problem(path, _message(detail))


def _message(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "missing":
            return "this key is missing; nothing is assumed in its place"
        case "string_type" if isinstance(detail["input"], int | float):
            return f"must be a text: write it in quotes, {str(detail['input'])!r}"
        case "too_short":
            return f"must have at least {detail['ctx']['min_length']}"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            message = detail["msg"].removeprefix("Input ").removeprefix("Value ")
            return message[:1].lower() + message[1:]


def model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the model that describes one place of a document, None where the file holds a plain value."""
    here: Any = model
    for step in path:
        here = _inside(here, step)
        if here is None:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _inside(annotation: Any, step: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if step == (field.alias or name):
                return _bare(field.annotation)
        return None
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple:
        return _bare(arguments[0])
    if typing.get_origin(annotation) is dict:
        return _bare(arguments[1])
    return None


def _bare(annotation: Any) -> Any:
    """Take away what wraps a type: its metadata and the possibility of null."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        inner = [argument for argument in typing.get_args(annotation) if argument is not type(None)]
        return _bare(inner[0]) if len(inner) == 1 else annotation
    return annotation
