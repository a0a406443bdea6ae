"""May whoever is signed in do what they ask for? Decided once a request, by the policy, before anything of it is begun.

What they cannot see is not there (404), what they see and may not do is refused (403), what is theirs in another state
says in which (409). Whoever is not signed in finds the pages that the policy opens to anyone and nothing else; where
they are sent to sign in is `web.accounts_gate`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, Literal

from flask import Flask, g, request

from protocolbuilder import catalogue
from protocolbuilder.domain import permission
from protocolbuilder.domain.consultation import Hearing
from protocolbuilder.domain.permission import Reach, Verdict
from protocolbuilder.errors import Forbidden, NotFound, WrongState
from protocolbuilder.store import consultations, partnership, relations, tenancy
from protocolbuilder.store.hearing import hearing as hearing_of
from protocolbuilder.store.tenancy import STRANGER, Stand
from protocolbuilder.web.access import visitor
from protocolbuilder.web.running import SAFE, session

OWNER: Final = "owner"
COMMENTS: Final = "comment:read"
NOTHING: Final = Reach("", frozenset(), *4 * (frozenset[str](),))


def decide_requests(app: Flask) -> None:
    """Asks the policy before each request, and gives templates `may`."""

    @app.before_request
    def decide_request() -> None:
        if request.method == "OPTIONS":
            return
        _refuse(rule_asked())

    @app.context_processor
    def give() -> dict[str, object]:
        return {"may": may}


def rule_asked() -> str:
    """The rule of the policy that this request stands under."""
    key, _ = catalogue.policy().routes[str(request.endpoint), "GET" if request.method in SAFE else request.method]
    return key


def may(key: str) -> bool:
    """May they do it to the agreement or organisation of this page, where it is about one?"""
    return _verdict(key) == "allowed"


def may_to(key: str, organisation: str) -> bool:
    """The same to an organisation of the directory that this page names among others."""
    signed, to = visitor(), _stand_to(organisation)
    if signed is None or to is None:
        return False
    return permission.decide(catalogue.policy(), key, roles=signed.roles, relation=to) == "allowed"


def may_open(what: str, *, of: Literal["draft", "version"]) -> bool:
    """A document of the family, of the agreement of this page: may it be made for them, and may they open it?"""
    return may(permission.rule_of_document(catalogue.policy(), what, of=of))


def refuse_closed(what: str, *, of: Literal["draft", "version"]) -> None:
    """Raises Forbidden for a document that they may not open: its draft or version is seen."""
    if not may_open(what, of=of):
        raise Forbidden("Your roles in your organisation do not include this document.")


def reads_draft_since(ref: str, number: int) -> bool:
    """Whether they may read what was made of that draft: a partner reads what was opened to it, and nothing of before.
    """
    return _stand().relation == OWNER or number >= consultations.opened_at(session(), ref)


def reach() -> Reach:
    """What the store may find for them: nothing where nobody is signed in."""
    if "reach" not in g:
        signed = visitor()
        g.reach = permission.reach(catalogue.policy(), _organisation(), roles=signed.roles) if signed else NOTHING
    found: Reach = g.reach
    return found


def reach_by(key: str) -> Reach:
    """The same, with the drafts that this rule of an agreement opens, for a page that stands under it alone."""
    signed = visitor()
    return permission.reach(catalogue.policy(), _organisation(), roles=signed.roles, drafts=key) if signed else NOTHING


def _refuse(key: str) -> None:
    """Raises NotFound, Forbidden or WrongState."""
    verdict, ref = _verdict(key), (request.view_args or {}).get("ref")
    if verdict == "allowed" and not _reads_this_version():
        verdict = "invisible"
    if verdict == "invisible":
        raise NotFound(f"There is no agreement {ref}." if ref else "There is no such page.")
    if verdict == "wrong state":
        raise WrongState(f"{ref} is {catalogue.policy().states[_stand().state]}. In that state this cannot be done.")
    if verdict == "forbidden":
        raise Forbidden("Your roles in your organisation do not include this.")


def _verdict(key: str) -> Verdict:
    signed, policy = visitor(), catalogue.policy()
    if signed is None:
        return "allowed" if permission.open_to_anyone(policy, key) else "invisible"
    roles, of = signed.roles, policy.rules[key].of
    if of == "agreement":
        stand = _stand()
        verdict = permission.decide(policy, key, roles=roles, relation=stand.relation, state=stand.state)
        of_comments = COMMENTS in (key, *policy.rules[key].seen_by) and stand.relation != OWNER
        return "invisible" if of_comments and verdict != "invisible" and hearing() is None else verdict
    if of == "organisation":
        to = _stand_to(str((request.view_args or {}).get("organisation", "")))
        return permission.decide(policy, key, roles=roles, relation=to) if to else "invisible"
    if of == "partnership":
        return permission.decide(policy, key, roles=roles, relation=partnership.relation(session(), _organisation()))
    if of == "copy":
        relation = OWNER if tenancy.hosts(session(), _organisation()) else STRANGER
        return permission.decide(policy, key, roles=roles, relation=relation)
    return permission.decide(policy, key, roles=roles, relation=None)


def _stand() -> Stand:
    """To the agreement of this page. One that is not there is a stranger's."""
    ref = str((request.view_args or {}).get("ref", ""))
    known: dict[str, Stand] = g.setdefault("stands", {})
    if ref not in known:
        known[ref] = tenancy.stand(session(), ref, organisation=_organisation()) or Stand(STRANGER, "draft")
    return known[ref]


def hearing() -> Hearing | None:
    """What their organisation may read of what was said about the agreement of this page; None for one that never was
    a partner while the draft was open."""
    if "hearing" not in g:
        ref = str((request.view_args or {}).get("ref", ""))
        g.hearing = hearing_of(session(), ref, organisation=_organisation())
    found: Hearing | None = g.hearing
    return found


def _stand_to(other: str) -> str | None:
    """To an organisation. None for one that is not in the directory."""
    known: dict[str, str | None] = g.setdefault("stands_to", {})
    if other not in known:
        known[other] = tenancy.stand_to(session(), other, organisation=_organisation())
    return known[other]


def _reads_this_version() -> bool:
    """True for what is no page of a version."""
    args, of = request.view_args or {}, reach()
    named = re.search(r"/versions/<int:(\w+)>", str(request.url_rule))
    return named is None or tenancy.reads_version(session(), args["ref"], args[named[1]], of=of)


def left_at(ref: str) -> datetime | None:
    """When the organisation of who is signed in left the agreement, for one that was a partner; None for any other."""
    if _stand().relation != "former":
        return None
    return relations.left_at(session(), ref, _organisation())


def own() -> dict[str, str]:
    """Whose an agreement is that they begin: `owner` and `lead`. Nothing where nobody is signed in."""
    signed = visitor()
    return {"owner": signed.organisation.id, "lead": signed.person.id} if signed and signed.organisation else {}


def _organisation() -> str:
    """The id of theirs, "" for somebody of none."""
    return own().get("owner", "")
