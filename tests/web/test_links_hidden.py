"""Whoever sends, looks after or runs a copy finds no link or code for somebody else's signature: in no page, file,
list, log and row."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from protocolbuilder.domain.people import DUTIES
from protocolbuilder.store import signing_acts
from protocolbuilder.store.engine import writing
from protocolbuilder.web.means import means
from tests.web.every_route import routes
from tests.web.signing_in import Clock, arrived, asking, sign_in, somebody
from tests.web.test_chasing import Copy

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
NEAR = ("signing", "trail.", "inbox.", "history.", "register.", "work.", "people.", "person_record.", "measuring.")
"""Pages and files that are made of what was asked and mailed. The others are tried in --thorough."""
SECRET = re.compile(r"/sign/([A-Za-z0-9_-]{20,})|sign [^:]+: (\d{4} \d{4})")


def test_no_page_file_log_or_row_holds_a_link_or_code_for_a_signature(
    tmp_path: Path, migrated: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    made = Copy(tmp_path, migrated, clock)
    made.ask("police", "council", "schools")
    with asking(made.app), writing(made.running.database) as session:
        signing_acts.send_code(session, made.of("police").id, at=clock(), means=means())
    secrets = {word for text in arrived(made.app) for hit in SECRET.findall(text) for word in hit if word}
    assert len(secrets) == 4, "three links and a code"
    secrets |= {word.replace(" ", "") for word in secrets}
    client = made.app.test_client()
    sign_in(made.app, client, somebody(made.app, "Max Hill", "Everything", roles=DUTIES))
    given = {"ref": made.ref, "number": 1, "party": "police", "asked": made.of("police").id, "section": "flows"}
    tried = 0
    for one in routes(made.app, given):
        if one.method == "GET" and one.endpoint != "static" and (THOROUGH or one.endpoint.startswith(NEAR)):
            answer = client.get(one.address)
            tried += 1
            said = answer.get_data() + str(answer.headers).encode()
            assert not [word for word in secrets if word.encode() in said], one
    assert tried > 30
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not [word for word in secrets if word.encode() in kept or word in caplog.text]
