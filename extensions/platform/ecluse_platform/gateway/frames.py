"""The kinds of messages that kernels send, for the meter's log: counted by known kind, never quoted."""

from __future__ import annotations

import json

KERNEL_PROTOCOL = "v1.kernel.websocket.jupyter.org"
OTHER = "other"
# A kernel writes what it likes as the type of a message: only these words may reach a log.
_KNOWN = frozenset(
    {
        "clear_output", "comm_close", "comm_info_reply", "comm_msg", "comm_open", "complete_reply", "control_reply",
        "debug_event", "debug_reply", "display_data", "error", "execute_input", "execute_reply", "execute_result",
        "history_reply", "input_request", "inspect_reply", "interrupt_reply", "is_complete_reply", "kernel_info_reply",
        "shutdown_reply", "status", "stream", "update_display_data",
    }
)  # fmt: skip
_WORD = 8
_MOST_PARTS = 64


def message_type(data: str | bytes) -> str:
    """Return the known type of one kernel message, or ``other`` for anything else."""
    try:
        header = json.loads(data)["header"] if isinstance(data, str) else json.loads(_header(data))
        kind = header["msg_type"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return OTHER
    return kind if isinstance(kind, str) and kind in _KNOWN else OTHER


def _header(data: bytes) -> bytes:
    # u64 number of offsets, that many u64 offsets, then: channel, header, parent header, metadata, content, buffers.
    count = int.from_bytes(data[:_WORD], "little")
    if not 3 <= count <= _MOST_PARTS:  # noqa: PLR2004 - channel and header end at the third offset
        raise ValueError("not a kernel message")
    offsets = [int.from_bytes(data[_WORD * i : _WORD * (i + 1)], "little") for i in range(1, count + 1)]
    return data[offsets[1] : offsets[2]]
