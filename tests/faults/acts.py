"""What people do together, one act after the other by the program's own pages, until it is killed: people and roles,
consultation, the directory, mail and jobs. One warm process that forks a worker for each line.

Line in: `URL FOLDER PORT FIRST CUT HOW`. The worker goes on with act number FIRST; it says `pid N` at once, then a line
for every act that was acknowledged. With CUT above 0 it kills itself before its statement (or commit) number CUT; with
0 somebody else must. When all acts and jobs are done it kills itself. Mails are sent to PORT of this machine; FOLDER
holds what arrived there, a file each. When the worker is gone, the warm process says `dead`.

HOW is `whole`; or `apart`, which keeps an act and its mail in two transactions, as a proof that the campaign sees it.
"""

import itertools
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import new
from protocolbuilder.domain.schema import list_sections
from protocolbuilder.settings import MailSettings, Settings
from protocolbuilder.store import agreements, made, outbox, overlay, relations
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.web.app import create_app
from protocolbuilder.web.running import keep_so_far
from protocolbuilder.web.running import session as current
from protocolbuilder.work import mail, making
from protocolbuilder.work.queue import Handler, Queue
from tests.faults.worker import _kill_before, _say
from tests.intake.test_evidence import pdf
from tests.web.conftest import START
from tests.web.partnership import Partnership, signed_in, staffed
from tests.web.test_law_pages import LOCAL
from tests.web.visitor import Visitor

REF, KEY, NEW = "ISA-2026-0001", "k" * 64, "bea.smith@northshire.example"
MOVED = "trainer.of.eastford@eastford.example"
TOKEN = re.compile(r"/(?:join|account/e-mail/link)/(\S+)")


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever does acts at one database: the application there, and what came to the mail server."""

    at_work: Partnership
    folder: Path
    port: int

    @property
    def app(self) -> Flask:
        return self.at_work.app

    @property
    def database(self) -> Engine:
        found: Engine = self.app.extensions["protocolbuilder"].database
        return found

    def at(self, organisation: str, role: str) -> Visitor:
        return Visitor(self.at_work.browser(organisation, role))

    def person(self, organisation: str, role: str) -> str:
        return self.at_work.people[organisation, role]

    def send(self, who: tuple[str, str], address: str, *, drawn: str = "", **fields: Any) -> None:
        """The form of an act, pressed; of the page `drawn` where it carries what was seen there. Raises AssertionError
        unless the answer acknowledges it."""
        client = self.at_work.browser(*who)
        seen = Visitor(client).get(drawn).fields() if drawn else {"csrf_token": [token(self.app, client)]}
        answer = client.post(address, data={**seen, **fields})
        assert answer.status_code in (200, 303), f"{address} answered {answer.status_code}: {answer.text}"

    def by_link(self, kind: str, address: str, **fields: Any) -> None:
        """Goes the way of the newest link of this kind that came by mail, without being signed in."""
        told = [one.read_text() for one in sorted(self.folder.glob("*.txt"), reverse=True)]
        link = next(hit for text in told if (hit := TOKEN.search(text)) and kind in hit[0])
        client = self.app.test_client()
        client.get(link[0])
        answer = client.post(address, data={"csrf_token": token(self.app, client), **fields})
        assert answer.status_code in (200, 303), f"{address} answered {answer.status_code}: {answer.text}"


def token(app: Flask, client: FlaskClient) -> str:
    """Of the forms of this browser."""
    with app.test_request_context() as context:
        said = generate_csrf()
        kept = dict(context.session)
    with client.session_transaction() as session:
        session["csrf_token"] = kept["csrf_token"]
    return str(said)


ADMIN, IGM = ("northshire", "admin"), ("northshire", "igm")
PARTNER, HOME = ("eastford", "signatory"), f"/agreements/{REF}"


def _mails(hand: Hand) -> None:
    Queue(hand.database, handlers(hand.port), hand.app.extensions["protocolbuilder"].clock).run_due()


def _roles(hand: Hand) -> None:
    there = f"/people/{hand.person('northshire', 'reviewer')}/change"
    hand.send(ADMIN, there, drawn=there, roles=["reviewer", "trainer"])


def _approve(hand: Hand) -> None:
    with reading(hand.database) as session:
        entry = overlay.overlay(session)[-1].entry
    hand.send(("eastford", "igm"), f"/law/{entry}/approve")


def _contact(hand: Hand) -> None:
    there = f"/organisations/{hand.at_work.organisations['northshire']}/contacts/new"
    hand.send(IGM, there, topic="incident", person=hand.person("northshire", "siro"))


def _confirm(hand: Hand) -> None:
    page = hand.at(*IGM).get("/contacts")
    (there,) = {action for action in page.tree.xpath("//main//form/@action") if action.endswith("/confirm")}
    hand.send(IGM, there)


def _evidence(hand: Hand) -> None:
    there = f"/organisations/{hand.at_work.organisations['northshire']}/assurances/new"
    hand.send(ADMIN, there, kind="dspt", status="met", file=(BytesIO(pdf()), "certificate.pdf"))


def _partnership(hand: Hand) -> None:
    bodies = hand.at_work.organisations
    hand.send(IGM, "/partnership/details", drawn="/partnership/details", name="Northshire partnership",
              host=bodies["northshire"], members=[bodies["eastford"]])  # fmt: skip


def _message(hand: Hand) -> None:
    hand.send(IGM, "/partnership/message", drawn="/partnership/message", message="Share to keep children safe.")


def _leave(hand: Hand) -> None:
    leaver = hand.person("northshire", "siro")
    hand.send(ADMIN, f"/people/{leaver}/leave", lead=hand.person(*IGM), contact="nobody")


ACTS: dict[str, Callable[[Hand], None]] = {
    "invite": lambda hand: hand.send(
        ADMIN, "/people/invite", name="Bea Smith", post="Records officer", email=NEW, roles=["igm"]
    ),
    "send what waits": _mails,
    "take up an invitation": lambda hand: hand.by_link("join", "/join", password="plum harbour tractor"),
    "change roles": _roles,
    "open a consultation": lambda hand: hand.send(IGM, f"{HOME}/consultation/open", note="Look at the title"),
    "comment": lambda hand: hand.send(
        PARTNER, f"{HOME}/comments/new", about="about.title", text="Say which county", audience="shared"
    ),
    "comment internally": lambda hand: hand.send(
        PARTNER, f"{HOME}/comments/new", text="Our lawyer is not sure", audience="internal"
    ),
    "answer": lambda hand: hand.send(IGM, f"{HOME}/comments/1/answer", text="We shall"),
    "advise": lambda hand: hand.send(("northshire", "dpo"), f"{HOME}/advice", text="Leave out ethnicity"),
    "respond to advice": lambda hand: hand.send(
        IGM, f"{HOME}/comments/3/response", text="It is left out", what="followed"
    ),
    "record views": lambda hand: hand.send(
        IGM, f"{HOME}/views", whom="children", how="Youth council", said="Tell us before", changed="A guide is made"
    ),
    "close a consultation": lambda hand: hand.send(IGM, f"{HOME}/consultation/close", outcome="The county is named"),
    "propose a local entry": lambda hand: hand.send(IGM, "/law/local", **LOCAL),
    "approve a local entry": _approve,
    "add a contact": _contact,
    "confirm a contact": _confirm,
    "record an assurance with evidence": _evidence,
    "describe the partnership": _partnership,
    "change its message": _message,
    "end somebody's sessions": lambda hand: hand.send(
        ADMIN, f"/people/{hand.person('northshire', 'auditor')}/sessions"
    ),
    "ask for another address": lambda hand: hand.send(("eastford", "trainer"), "/account/e-mail", email=MOVED),
    "send what waits again": _mails,
    "use the new address": lambda hand: hand.by_link("link", "/account/e-mail/link"),
    "leave and hand over": _leave,
    "erase": lambda hand: hand.send(ADMIN, f"/people/{hand.person('northshire', 'siro')}/erase"),
    "start a job": lambda hand: hand.send(IGM, f"{HOME}/making", wanted="pack.zip"),
}  # fmt: skip
NAMES = list(ACTS)
BY_MAIL = frozenset({"send what waits", "take up an invitation", "send what waits again", "use the new address"})
"""They need a mail server."""
SIGNED_IN = (
    ADMIN, IGM, PARTNER, ("northshire", "dpo"), ("northshire", "auditor"), ("northshire", "siro"), ("eastford", "igm"),
    ("eastford", "trainer"),
)  # fmt: skip


def handlers(port: int) -> dict[str, Handler]:
    """Those of a worker of this copy."""
    to = MailSettings(host="localhost", port=port, sender="isa@isa.example", security="none")
    settings = Settings(instance=Path(tempfile.gettempdir()), mail=to)
    return {outbox.KIND: mail.handler(to, KEY), made.KIND: making.handler(settings)}


def begun(url: str, instance: Path) -> Partnership:
    """Four organisations with their people, who are signed in; a draft of Northshire's, with Eastford as a partner."""
    app = _opened(url, instance)
    there = staffed(app)
    sections = list_sections(catalogue.schema("agreement-1"))
    said = new("agreement-1", library=catalogue.LIBRARY_VERSION, sections=sections)
    parties = [{"id": "north", "name": "Northshire"}, {"id": "east", "name": "Eastford"}]
    said = replace(said, answers={**said.answers, "about": {"title": "MASH"}, "parties": parties})
    with writing(app.extensions["protocolbuilder"].database) as session:
        whose = {"owner": there.organisations["northshire"], "lead": there.people["northshire", "siro"]}
        agreements.create(session, said, by="igm", at=START, new_id=lambda: "draft", **whose)
        relations.tie(session, REF, "east", organisation=there.organisations["eastford"], by="", at=START)
    for who in SIGNED_IN:
        signed_in(app, there.people[who])
    app.extensions["protocolbuilder"].database.dispose()
    return there


def _opened(url: str, instance: Path) -> Flask:
    settings = Settings(
        instance=instance, database_url=url, secret_key=KEY, argon2_rounds=1, argon2_memory_kib=8, limits_times=1000
    )  # type: ignore[arg-type]
    opened = create_app(settings, clock=lambda: START, new_id=ids(0))
    opened.testing = True
    return opened


def moment(act: int) -> datetime:
    """When act number N is done, so that whoever does it after a kill does it at the same time."""
    return START + timedelta(seconds=act)


def ids(act: int) -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"a{act}n{next(numbers)}"


def does(hand: Hand, first: int, *, besides: frozenset[str] = frozenset()) -> Iterator[str]:
    """Each act from number `first` on, but those `besides`, named when it was acknowledged."""
    for number in (number for number in range(first, len(NAMES)) if NAMES[number] not in besides):
        copy = hand.app.extensions["protocolbuilder"]
        there = replace(copy, clock=lambda number=number: moment(number), new_id=ids(number))  # type: ignore[misc]
        hand.app.extensions["protocolbuilder"] = there
        ACTS[NAMES[number]](hand)
        yield NAMES[number]


def at_database(there: Partnership, url: str) -> Engine:
    """The application works with this one from now on."""
    database = engine(url)
    copy = there.app.extensions["protocolbuilder"]
    there.app.extensions["protocolbuilder"] = replace(copy, database=database)
    return database


def _work(there: Partnership, url: str, folder: Path, *, port: int, first: int, cut: int, how: str) -> None:
    """Never returns."""
    _say("pid", os.getpid())
    database = at_database(there, url)
    if how == "apart":
        whole = outbox.post

        def post(session: Any, *words: Any, **named: Any) -> int:
            keep_so_far()
            return whole(current(), *words, **named)

        outbox.post = post  # type: ignore[assignment]
    _kill_before(database, cut)
    for name in does(Hand(there, folder, port), first):
        _say("did", name)
    due = Queue(database, handlers(port), lambda: moment(len(NAMES)))
    due.run_due()
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        there = begun(f"sqlite:///{folder}/warm.db", Path(folder))
        list(does(Hand(there, Path(folder), 0), 0, besides=BY_MAIL))  # so that no worker reads templates anew
        there.app.extensions["protocolbuilder"].database.dispose()
        for line in sys.stdin:
            url, arrived, port, first, cut, how = line.split()
            child = os.fork()
            if child == 0:
                try:
                    _work(there, url, Path(arrived), port=int(port), first=int(first), cut=int(cut), how=how)
                finally:
                    os._exit(3)  # an error of the worker's own: its traceback is on standard error
            _, status = os.waitpid(child, 0)
            _say("dead", -os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
