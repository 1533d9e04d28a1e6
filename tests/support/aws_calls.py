"""Which calls of S3 and SQS each role makes, read from the source: what the role's policy must allow.

Calls are in ``cricksy.aws`` alone (an import rule holds that), in the methods of a few classes. A role makes it
where a module that its program imports names that method of an instance.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOTS: Final = ("cricksy.api.serve", "cricksy_worker.run", "cricksy.cli_dlq")
SOURCE: Final = Path(__file__).parents[2] / "src"
INSTANCES: Final = {
    "VideoStore": {"videos", "_videos", "bucket"},
    "MultipartStore": {"parts"},
    "ArtifactObjects": {"objects", "_objects"},
    "AnalysisQueue": {"queue", "_queue", "checks"},
    "DeadLetterQueue": {"queue"},
    "_Visit": {"visit"},
}
"""Class → how its instances are called where they are used."""
_NAMERS: Final = {"generate_presigned_url", "get_paginator"}
"""Calls of a client that name the operation in their first argument."""


@cache
def tree_of(module: str) -> ast.Module:
    path = SOURCE / Path(*module.split("."))
    file = path.with_suffix(".py")
    return ast.parse((file if file.exists() else path / "__init__.py").read_text())


def imports_of(root: str) -> set[str]:
    """The modules of ours that ``root`` imports, however far away, and itself."""
    seen: set[str] = set()
    todo = [root]
    while todo:
        module = todo.pop()
        path = SOURCE / Path(*module.split("."))
        if module in seen or not (path.with_suffix(".py").exists() or (path / "__init__.py").exists()):
            continue
        seen.add(module)
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.ImportFrom) and node.module:
                todo += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                todo += [alias.name for alias in node.names]
    return seen


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def operations_in(method: ast.AST) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Of each call of a client: whose queue or bucket, the operation, and the arguments it may have."""
    text = ast.unparse(method)
    for node in ast.walk(method):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if not _last_name(node.func.value).endswith("client"):
            continue
        name = node.func.attr
        if name in _NAMERS and isinstance(node.args[0], ast.Constant):
            name = str(node.args[0].value)
        arguments = {keyword.arg for keyword in node.keywords if keyword.arg}
        if any(keyword.arg is None for keyword in node.keywords):
            # Arguments that are gathered before the call: what the method names at all.
            arguments |= {word for word in ("VersionId",) if word in text}
        url = next((ast.unparse(word.value) for word in node.keywords if word.arg == "QueueUrl"), "")
        yield ("dlq" if "dlq" in url else "queue" if url else "bucket"), name, frozenset(arguments)


def classes() -> dict[str, ast.ClassDef]:
    modules = [f"cricksy.aws.{path.stem}" for path in (SOURCE / "cricksy" / "aws").glob("[a-z]*.py")]
    found = [node for module in modules for node in tree_of(module).body if isinstance(node, ast.ClassDef)]
    return {node.name: node for node in found if node.name in INSTANCES}


def methods_of(node: ast.ClassDef) -> dict[str, ast.AST]:
    return {item.name: item for item in node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))}


def used_methods(root: str) -> set[tuple[str, str]]:
    """Class and method, of the classes above, that the program of ``root`` uses, directly or through another."""
    imported = imports_of(root)
    attributes = {
        (_last_name(node.value), node.attr)
        for module in imported
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute)
    }
    used: set[tuple[str, str]] = set()
    for name, definition in classes().items():
        methods = methods_of(definition)
        todo = [method for method in methods for instance in INSTANCES[name] if (instance, method) in attributes]
        while todo:
            method = todo.pop()
            if (name, method) not in used:
                used.add((name, method))
                words = {node.attr for node in ast.walk(methods[method]) if isinstance(node, ast.Attribute)}
                todo += words & methods.keys()
    return used


def calls_of(root: str) -> set[tuple[str, str, frozenset[str]]]:
    """Each call of the program of ``root``: on bucket, queue or dlq, the operation, the arguments it may have."""
    imported, known = imports_of(root), classes()
    calls: set[tuple[str, str, frozenset[str]]] = set()
    for name, method in used_methods(root):
        if f"cricksy.aws.{module_of(name)}" not in imported:
            continue
        methods = methods_of(known[name])
        calls.update(operations_in(methods[method]))
        # A method that is told which queue: its caller knows.
        for node in ast.walk(methods[method]):
            if isinstance(node, ast.Call) and "self._dlq_url" in map(ast.unparse, node.args):
                through = methods.get(_last_name(node.func))
                found = operations_in(through) if through else ()
                calls.update(("dlq", operation, arguments) for _, operation, arguments in found)
    return calls


def uncalled() -> set[tuple[str, str]]:
    """Methods with a call of a client that no program uses, as far as :data:`INSTANCES` says."""
    with_calls = {
        (name, method)
        for name, definition in classes().items()
        for method, body in methods_of(definition).items()
        if list(operations_in(body))
    }
    return with_calls - set().union(*(used_methods(root) for root in ROOTS))


def module_of(class_name: str) -> str:
    for path in (SOURCE / "cricksy" / "aws").glob("[a-z]*.py"):
        if f"class {class_name}" in path.read_text():
            return path.stem
    raise LookupError(class_name)
