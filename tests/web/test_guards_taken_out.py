"""Each guard of what decides is taken out in turn, and the tests of it turn red: none is missed.

In `--thorough`; an ordinary run takes out the most telling ones. What is widened in `schemas/policy.yaml` is tried in
tests/domain/test_permission.py.
"""

import importlib
import itertools
import shutil
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.permission import decide, reach
from protocolbuilder.store import agreements, organisations, register, relations, tenancy
from protocolbuilder.store.engine import engine, reading, writing
from tests.domain import test_permission as of_policy
from tests.law.filled import filled
from tests.store import test_tenancy as of_store
from tests.store import test_ties as of_ties
from tests.web import (
    test_access,
    test_asking_permission,
    test_gate,
    test_permission_matrix,
    test_who_opens_documents,
)
from tests.web.conftest import START
from tests.web.partnership import Partnership, copied, signed_in
from tests.web.signing_in import Clock, cheap, somebody
from tests.web.taken_out import guards, without

MODULES = ("domain.permission", "store.tenancy", "web.permission", "web.access", "web.accounts_gate")
Check = Callable[[], Any]


@dataclass
class Ground:
    """What the checks stand on: made once, except for what a check changes."""

    made: Partnership
    whole: Partnership
    migrated: Path
    folder: Path
    numbers: Iterator[int]

    def database(self) -> Any:
        file = self.folder / f"{next(self.numbers)}.db"
        shutil.copy(self.migrated, file)
        return engine(f"sqlite:///{file}")

    def copy(self) -> tuple[Any, Clock]:
        folder, clock = self.folder / str(next(self.numbers)), Clock(START)
        folder.mkdir()
        return cheap(folder, self.migrated, clock), clock


@pytest.fixture(scope="module")
def ground(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    made = test_permission_matrix.stopped(tmp_path_factory.mktemp("guards"))
    whole = test_who_opens_documents.opening(tmp_path_factory.mktemp("opening"))
    return Ground(made, whole, migrated, tmp_path_factory.mktemp("copies"), itertools.count(1))


def parameters(test: Any) -> Iterator[dict[str, Any]]:
    """The cases of a test that is asked with some of its arguments given."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for names, values in (mark.args for mark in marks):
        each = [names] if isinstance(names, str) else list(names)
        for value in values:
            yield dict(zip(each, [value] if len(each) == 1 else value, strict=True))
    if not marks:
        yield {}


def checks_of_policy() -> Iterator[Check]:
    for name, test in vars(of_policy).items():
        if name.startswith("test_") and "wider" not in name:
            for case in parameters(test):
                yield lambda test=test, case=case: test(**case)  # type: ignore[misc]


def checks_of_store(ground: Ground) -> Iterator[Check]:
    for tests in (of_ties, of_store):
        for name, test in vars(tests).items():
            if name.startswith("test_"):
                for case in parameters(test):
                    yield lambda test=test, case=case: in_store(ground, test, case)  # type: ignore[misc]


def in_store(ground: Ground, test: Any, case: dict[str, Any]) -> None:
    asked, database, room = _asked(test), ground.database(), importlib.import_module(test.__module__)
    with pytest.MonkeyPatch.context() as patch:
        try:
            given = {"database": database, "monkeypatch": patch, **case}
            if "ids" in asked:
                given["ids"] = room.ids.__wrapped__(database)
            test(**{name: given[name] for name in asked})
        finally:
            database.dispose()


def checks_of_matrix(ground: Ground, *, every: int) -> Iterator[Check]:
    yield lambda: right(test_permission_matrix.of_agreements(ground.made, every=every))
    yield lambda: right(test_permission_matrix.of_others(ground.made, every=every))


def right(found: test_permission_matrix.Tally) -> None:
    assert found.wrong == []


def checks(module: str, ground: Ground) -> Iterator[Check]:
    """The quickest first; those of its own room before the others."""
    if module == "domain.permission":
        yield from checks_of_policy()
    if module == "store.tenancy":
        yield from checks_of_store(ground)
    if module == "web.access":
        yield from checks_of_access()
        yield from checks_of_asking(ground)
    if module in ("web.access", "web.accounts_gate"):
        yield from checks_of_gate(ground)
        return
    if module == "web.permission":
        yield from checks_of_asking(ground)
    yield from checks_of_matrix(ground, every=120)
    yield from checks_of_pages(ground)
    if module == "web.permission":
        yield from checks_of_gate(ground)
        yield from checks_of_matrix(ground, every=20)


def checks_of_pages(ground: Ground) -> Iterator[Check]:
    """Pages that are drawn, of a partnership of its own."""
    for name, test in vars(test_who_opens_documents).items():
        if name.startswith("test_"):
            yield lambda test=test: test(ground.whole)  # type: ignore[misc]


def checks_of_asking(ground: Ground) -> Iterator[Check]:
    """In a copy, as a check that fails in the middle leaves it half changed."""
    one = copied(ground.whole, ground.folder / str(next(ground.numbers)))
    for name, test in vars(test_asking_permission).items():
        if name.startswith("test_"):
            yield lambda test=test: test(one)  # type: ignore[misc]


def checks_of_gate(ground: Ground) -> Iterator[Check]:
    for name, test in vars(test_gate).items():
        if name.startswith("test_") and set(_asked(test)) <= {"copy", "clock"}:
            yield lambda test=test: in_copy(ground, test)  # type: ignore[misc]


def checks_of_access() -> Iterator[Check]:
    for name, test in vars(test_access).items():
        if name.startswith("test_"):
            for case in parameters(test):
                yield lambda test=test, case=case: test(**case)  # type: ignore[misc]


def in_copy(ground: Ground, test: Any) -> None:
    app, clock = ground.copy()
    given = {"copy": app, "clock": clock}
    test(**{name: given[name] for name in _asked(test)})


def _asked(test: Any) -> tuple[str, ...]:
    return tuple(test.__code__.co_varnames[: test.__code__.co_argcount])


def inner(ground: Ground) -> list[Any]:
    """Functions that the applications were given by the modules."""
    found = []
    for made in (ground.made, ground.whole):
        for kept in (made.app.before_request_funcs, made.app.template_context_processors):
            found += [one for some in kept.values() for one in some]
    return found


def red(ground: Ground, module: ModuleType) -> str:
    """What the first check says that fails, "" when none does."""
    name = str(module.__name__).removeprefix("protocolbuilder.")
    for check in checks(name, ground):
        try:
            check()
        except (Exception, pytest.fail.Exception) as error:
            return "".join(traceback.format_exception(error))[-1500:]
    return ""


EQUAL = {
    "web.permission: _refuse: without “verdict == 'allowed'” in verdict == 'allowed' and (not _reads_this_version())":
        "stricter: of a version that is not there it is told that it is not, before that it would be refused",
    "web.permission: _verdict: without “verdict != 'invisible'” in of_comments and verdict != 'invisible' and "
    "(hearing() is None)":
        "what is invisible stays invisible: the question is only spared",
    "web.permission: _verdict: without “stand.relation != OWNER” in COMMENTS in (key, *policy.rules[key].seen_by) and "
    "stand.relation != OWNER":
        "an owner always hears what was said (store.hearing): the question is only spared",
}  # fmt: skip
"""Guard -> why nothing is let through without it."""

TELLING = (
    "domain.permission: _open: without “fits” in fits and (not state or states is None or state in states)",
    "store.tenancy: _tied: without, in where, parties.c.organisation == organisation",
    "store.tenancy: draft_seen: without, in and_, _is(relation, of.organisation)",
    "web.permission: decide_requests: without _refuse(rule_asked())",
    "web.accounts_gate: ask_to_sign_in: always the first of None if open_to_anyone(policy, key) else _sign_in_first()",
)


def test_the_most_telling_guards_are_missed_when_they_are_taken_out(copy: Flask) -> None:
    """One decision, one relation, one list, one page of somebody who may not, one of nobody."""
    running = copy.extensions["protocolbuilder"]
    auditor = signed_in(copy, somebody(copy, roles=("auditor",)).id)
    with writing(running.database) as session:
        one, other = (
            organisations.add(session, Organisation("", name), by="", at=START, new_id=running.new_id).id
            for name in ("Eastford", "Southmoor")
        )
        ref = agreements.create(session, filled("early-help"), by="", at=START, new_id=running.new_id).ref
        relations.tie(session, ref, "p", organisation=one, by="", at=START)
    stranger = reach(catalogue.policy(), other, roles={"igm"})

    def told() -> list[object]:
        with reading(running.database) as session:
            stand = tenancy.stand(session, ref, organisation=other)
            found = register.register(session, of=stranger).count
        verdict = decide(catalogue.policy(), "draft:read", roles={"igm"}, relation="stranger", state="draft")
        pages = auditor.get("/settings").status_code, copy.test_client().get("/agreements").status_code
        return [verdict, stand, found, *pages]

    asked = [one for kept in copy.before_request_funcs.values() for one in kept]
    assert told() == ["invisible", tenancy.Stand("stranger", "draft"), 0, 404, 302]
    for name in TELLING:
        module = importlib.import_module(f"protocolbuilder.{name.partition(':')[0]}")
        guard = next(one for one in guards(module) if one.name == name)
        with without(module, guard, inner=asked):
            assert told() != ["invisible", tenancy.Stand("stranger", "draft"), 0, 404, 302], name


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_no_guard_can_be_taken_out_unseen(ground: Ground, module: str) -> None:
    loaded = importlib.import_module(f"protocolbuilder.{module}")
    assert red(ground, loaded) == ""  # as it is
    found = list(guards(loaded))
    missed = []
    for guard in found:
        if guard.name not in EQUAL:
            with without(loaded, guard, inner=inner(ground)):
                if not red(ground, loaded):
                    missed.append(guard.name)
                    print("missed:", guard.name, flush=True)
    equal = [guard.name for guard in found if guard.name in EQUAL]
    print(f"{len(found)} guards of {module} were taken out, {len(equal)} of them are equal, {len(missed)} were missed")
    assert missed == []
