"""Whether tests that somebody names are there, without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

from tests.support.program import ROOT


def missing_tests(names: Iterable[str]) -> list[str]:
    """Those of `names`, such as `tests/x/test_y.py::test_z`, that are no test of this repository."""
    return [name for name in names if name.partition("::")[2] not in _tests_in(name.partition("::")[0])]


@cache
def _tests_in(path: str) -> frozenset[str]:
    """The functions of a module, in classes too, that pytest takes for tests."""
    file = ROOT / path
    if not path.startswith("tests/") or not file.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
