"""Templates compiled once a process, whichever of the tests' services shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from prescreen.web.rendering import template_bytecode


class _Memory(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let every service that is assembled in a `with` block use what another one compiled."""
    with pytest.MonkeyPatch.context() as patch:
        memory = _Memory()
        patch.setattr(template_bytecode, "KeptBytecode", lambda *_: memory)
        yield
