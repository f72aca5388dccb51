"""Kinds of kernel messages: known words only, whatever a kernel writes."""

from __future__ import annotations

import json

import pytest

from ecluse_platform.gateway.frames import OTHER, message_type


def frame(kind: object) -> bytes:
    """Build a message of Jupyter's binary protocol."""
    parts = [b"iopub", json.dumps({"msg_type": kind}).encode(), b"{}", b"{}", b"{}"]
    places = [8 * (len(parts) + 2)]
    for part in parts:
        places.append(places[-1] + len(part))
    head = len(places).to_bytes(8, "little") + b"".join(place.to_bytes(8, "little") for place in places)
    return head + b"".join(parts)


def test_known_kinds_are_named() -> None:
    """Both protocols are read."""
    assert message_type(frame("stream")) == "stream"
    assert message_type(json.dumps({"header": {"msg_type": "status"}})) == "status"


@pytest.mark.parametrize("data", [frame("12 patients"), frame(7), b"", b"\xff" * 40, "", "[]", "{", '{"header": 1}'])
def test_anything_else_is_other(data: str | bytes) -> None:
    """No word of a kernel's own choosing reaches the log."""
    assert message_type(data) == OTHER
