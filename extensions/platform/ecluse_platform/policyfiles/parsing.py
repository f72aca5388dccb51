"""YAML read as plain data with the position of every key and value; anything clever is refused.

Policies are read by auditors, so a file must mean what it shows: no key twice, no anchors, no merges, no tags.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ecluse_platform.policyfiles.problems import Problem, dotted

Path = tuple[str | int, ...]
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?[0-9]+")


@dataclass
class Document:
    """One parsed file: its data, where each part of it stands, and what is wrong with its form."""

    file: str
    data: object = None
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def position(self, path: Sequence[str | int], *, of_key: bool = False) -> tuple[int, int]:
        """Return line and column of a key or value, or of the nearest part around it that exists."""
        steps = tuple(path)
        table = self.keys if of_key else self.values
        if steps in table:
            return table[steps]
        while steps and steps not in self.values:
            steps = steps[:-1]
        # A mapping starts at its first key: the key that leads to it says better where the mapping is.
        return self.keys.get(steps, self.values.get(steps, (1, 1)))

    def problem(
        self, path: Sequence[str | int], message: str, suggestion: str | None = None, *, of_key: bool = False
    ) -> Problem:
        """Describe something wrong at one place of the document."""
        line, column = self.position(path, of_key=of_key)
        return Problem(self.file, line, column, dotted(path), message, suggestion)


def parse(file: str, content: bytes) -> Document:
    """Return the document; when its form is wrong, ``problems`` says where and the data must not be used."""
    document = Document(file)
    try:
        text = content.decode("utf-8")
        root = YAML(typ="safe", pure=True).compose(text)
        if root is None:
            document.problems.append(Problem(file, 1, 1, "", "the file is empty"))
        else:
            document.data = _Reader(document).read(root, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        words = " ".join(str(part) for part in (error.context, error.problem) if part)
        document.problems.append(Problem(file, line, column, "", f"this is not valid YAML: {words}"))
    except UnicodeDecodeError:
        document.problems.append(Problem(file, 1, 1, "", "the file is not UTF-8 text"))
    except RecursionError:
        document.problems.append(Problem(file, 1, 1, "", "the file nests too deeply"))
    except (YAMLError, ValueError) as error:
        document.problems.append(Problem(file, 1, 1, "", f"this is not a policy: {error}"))
    return document


class _Reader:
    """Turns nodes into data while it notes positions; one use per document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()

    def read(self, node: Node, path: Path) -> object:
        self._document.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        # An alias is the same node met again: copies of values hide from the reader, and may even be endless.
        if id(node) in self._seen:
            return self._refuse(path, "anchors and aliases are refused: write the value out")
        self._seen.add(id(node))
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        return self._refuse(path, "tags are refused: write plain YAML")

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            here = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, ScalarNode) or key_node.tag != f"{_TAG}str":
                self._document.problems.append(
                    Problem(self._document.file, *here, dotted(path), "a key must be a text: write it in quotes")
                )
                continue
            key = key_node.value
            if key in data:
                self._document.problems.append(
                    Problem(self._document.file, *here, dotted((*path, key)), f"the key {key!r} is written twice")
                )
                continue
            self._document.keys[(*path, key)] = here
            data[key] = self.read(value_node, (*path, key))
        return data

    def _scalar(self, node: ScalarNode, path: Path) -> object:
        text: str = node.value
        value: object = None
        match str(node.tag).removeprefix(_TAG):
            # A date stays text here: the model that expects one turns it into a date, strictly.
            case "str" | "timestamp":
                value = text
            case "null":
                value = None
            case "bool":
                value = text.lower() == "true"
            case "int" if _DECIMAL.fullmatch(text):
                value = int(text)
            case "float" if _is_finite(text):
                value = float(text)
            case "int" | "float":
                value = self._refuse(path, f"write {text!r} as a plain decimal number, or in quotes if it is a text")
            case _:
                value = self._refuse(path, "tags are refused: write plain YAML")
        return value

    def _refuse(self, path: Path, message: str) -> object:
        self._document.problems.append(self._document.problem(path, message))
        return None


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
