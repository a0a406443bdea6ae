"""Guards of a module, each of which can be taken out of the running program, and put back."""

import ast
import copy
import re
import types
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

ENDS = (ast.Return, ast.Raise, ast.Continue)
CONDITIONS = ("and_", "or_", "where", "case")
CACHED = type(cache(len))


@dataclass(frozen=True, slots=True)
class Guard:
    """One that can be taken out. `what` tells it to a person, and is the same wherever it stands in the file."""

    module: str
    what: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return f"{self.module}: {self.what}"


def guards(module: ModuleType) -> Iterator[Guard]:
    """Of every function: `if` that ends in a refusal or an answer of its own, each side of a condition, each clause of
    a filter, and each call that refuses by itself."""
    text = Path(str(module.__file__)).read_text()
    name = str(module.__name__).removeprefix("protocolbuilder.")
    count, told = len(list(_sites(ast.parse(text)))), Counter[str]()
    for number in range(count):
        tree = ast.parse(text)
        function, parent, field, index, replaced, how = list(_sites(tree))[number]
        place = getattr(parent, field)
        was = place if index is None else place[index]
        said = f"{function}: {how} {ast.unparse(was).splitlines()[0]}"[:160]
        if index is None:
            setattr(parent, field, replaced)
        elif replaced is None:
            del place[index]
        else:
            place[index] = replaced
        told[said] += 1
        yield Guard(name, said + (f" ({told[said]})" if told[said] > 1 else ""), ast.fix_missing_locations(tree))


Site = tuple[str, ast.AST, str, int | None, ast.AST | None, str]
"""Function, the node that holds it, in which field and at which place of it, what stands instead, and how it is told.
"""


def _sites(tree: ast.Module) -> Iterator[Site]:
    for top in tree.body:
        for function in [top, *(top.body if isinstance(top, ast.ClassDef) else ())]:
            if isinstance(function, ast.FunctionDef):
                for parent in ast.walk(function):
                    for field, index, node in _children(parent):
                        for how, replaced in _instead(node, inside=parent, field=field):
                            yield function.name, parent, field, index, replaced, how


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in ("decorator_list", "returns", "annotation", "args") and not isinstance(parent, ast.Call):
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            yield from ((field, index, node) for index, node in enumerate(value) if isinstance(node, ast.AST))


def _instead(node: ast.AST, *, inside: ast.AST, field: str) -> Iterator[tuple[str, ast.AST | None]]:
    match node:
        case ast.If(body=[*_, last]) if isinstance(last, ENDS) and field in ("body", "orelse"):
            yield "without", (copy.deepcopy(node.orelse[0]) if node.orelse else ast.Pass())
        case ast.Expr(value=ast.Call(func=ast.Name(id=called))) if re.match(r"_?refuse", called):
            yield "without", ast.Pass()
        case ast.IfExp() if not (_words(node.body) and _words(node.orelse)):
            yield "always the first of", node.body
            yield "always the last of", node.orelse
        case ast.BoolOp(values=values) if not isinstance(values[-1], ast.Dict):
            for one in values:
                left = [other for other in values if other is not one]
                rest = left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
                yield f"without “{ast.unparse(one)}” in", rest
        case ast.BinOp(op=ast.BitAnd(), left=left, right=right):
            yield "only the left of", left
            yield "only the right of", right
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "the opposite of", operand
        case ast.Call(func=ast.Name(id="not_"), args=[one]):
            yield "the opposite of", one
    if isinstance(inside, ast.Call) and field == "args" and _called(inside) in CONDITIONS:
        yield f"without, in {_called(inside)},", (None if len(inside.args) > 1 else ast.parse("true()").body[0].value)
    if isinstance(inside, ast.comprehension) and field == "ifs":
        yield "without, of each,", None


def _words(node: ast.AST) -> bool:
    """Of a message: it guards nothing."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


@contextmanager
def without(module: ModuleType, guard: Guard, *, inner: Iterable[Any] = ()) -> Iterator[None]:
    """The loaded module has the code without it, for whoever imported its functions by name too. `inner`: functions
    that its functions made and gave away. No file is written."""
    codes = {code.co_qualname: code for code in _codes(compile(guard.tree, str(module.__file__), "exec"))}
    mine = [one for one in inner if getattr(one, "__module__", "") == module.__name__]
    before = {one: one.__code__ for one in (*_functions(module), *mine) if one.__qualname__ in codes}
    for function in before:
        function.__code__ = codes[function.__qualname__]
    _forget(module)
    try:
        yield
    finally:
        for function, code in before.items():
            function.__code__ = code
        _forget(module)


def _forget(module: ModuleType) -> None:
    """What functions keep of what they found."""
    for value in vars(module).values():
        if isinstance(value, CACHED) and value.__module__ == module.__name__:
            value.cache_clear()


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in list(vars(module).values()):
        inner: Any = getattr(value, "__wrapped__", value)  # one that keeps what it found, too
        if isinstance(inner, FunctionType) and inner.__module__ == module.__name__:
            yield inner
        elif isinstance(value, type) and value.__module__ == module.__name__:
            yield from (one for one in vars(value).values() if isinstance(one, types.FunctionType))
