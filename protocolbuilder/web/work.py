"""Jobs and mail, for whoever runs this copy: what waits, what needs a decision; and whether this copy can be used."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from protocolbuilder.errors import CannotKeep
from protocolbuilder.store import jobs, made, outbox
from protocolbuilder.store.measures import try_to_write
from protocolbuilder.store.migrate import state
from protocolbuilder.web.access import who
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("work", __name__)
_log = logging.getLogger(__name__)

LATE: Final = timedelta(minutes=3)
SHOWN: Final = 50
LEAST_SPACE: Final = 100_000_000  # bytes free in the instance folder


@blueprint.get("/work")
def work() -> str:
    """A mail is named by its number and subject; nobody's address is shown."""
    lists = {name: jobs.listed(session(), name, limit=SHOWN) for name in ("dead", "running", "queued")}
    mails = {name: outbox.listed(session(), name, limit=SHOWN) for name in ("failed", "bounced")}
    shown = [job.payload["mail"] for some in lists.values() for job in some if job.kind == outbox.KIND]
    return render_template(
        "work.html", counts=jobs.counts(session()), mails=outbox.counts(session()), lists=lists,
        back=sorted((*mails["failed"], *mails["bounced"]), key=lambda mail: -mail.id),
        subjects=outbox.subjects(session(), shown), late=_late(), host=running().settings.mail.host, place="settings",
    )  # fmt: skip


@blueprint.post("/work/jobs/<int:number>/again")
def again(number: int) -> Response:
    """Raises NotFound, Frozen."""
    job = jobs.again(session(), number, at=now())
    flash(f"{job.subject} is tried again now.")
    return redirect(url_for(".work"), 303)


@blueprint.post("/work/jobs/<int:number>/cancel")
def cancel(number: int) -> Response:
    """A mail or document whose job is cancelled is cancelled with it. Raises NotFound, Frozen."""
    job = jobs.cancel(session(), number)
    if job.kind == made.KIND and made.there(session(), job.payload["document"]):
        made.cancel(session(), job.payload["document"], at=now())
    if job.kind == outbox.KIND:
        outbox.cancel(session(), job.payload["mail"], by=who(), at=now())
    flash(f"{job.subject} is cancelled.")
    return redirect(url_for(".work"), 303)


@blueprint.post("/work/mails/<int:number>/again")
def mail_again(number: int) -> Response:
    """Raises NotFound, Frozen."""
    outbox.again(session(), number, at=now())
    flash(f"Mail {number} is sent again now.")
    return redirect(url_for(".work"), 303)


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, object], int]:
    """For whatever sends people here: 503 while this copy cannot keep what they save. Late jobs are said, no more."""
    wrong, late = [], False
    try:
        if (stamp := state(running().database)) != "current":
            wrong.append(f"The database is {stamp}.")
        late = _late()
        try_to_write(running().database)
    except CannotKeep as error:
        wrong.append(error.text)
    except Exception:  # whatever the database is made of
        _log.exception("readyz")
        wrong = ["The database cannot be read."]
    if shutil.disk_usage(running().settings.instance).free < LEAST_SPACE:
        wrong.append("There is no room left on the disk.")
    told: dict[str, object] = {"status": "not ready" if wrong else "ready", "wrong": wrong}
    return {**told, "jobs": "late" if late else "on time"}, 503 if wrong else 200


def _late() -> bool:
    """Does something wait that a worker would have done by now?"""
    soonest = jobs.soonest(session())
    return soonest is not None and soonest < now() - LATE
