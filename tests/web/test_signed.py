"""The signed copy, the certificate and the evidence: who gets which, and what stands there before all have signed."""

from pathlib import Path

from flask import Flask
from sqlalchemy import text

from protocolbuilder.documents import package, visible
from protocolbuilder.documents.evidence import opened
from protocolbuilder.documents.evidence_checker import faults, stamped_with_openssl, with_openssl
from protocolbuilder.documents.verifying import verify
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.keys import own_certificates
from protocolbuilder.store import organisations, relations, signatures
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.work.worker import due
from tests.store.signed import Signing, all_but_the_last, asked
from tests.web.signing_in import Clock, cheap, sign_in, somebody
from tests.web.visitor import Visitor


class Copy:
    """A version that waits for the last of twelve. `jo` looks after it, `bo` is of a partner."""

    def __init__(self, folder: Path, migrated: Path, clock: Clock) -> None:
        self.app: Flask = cheap(folder, migrated, clock)
        running = self.app.extensions["protocolbuilder"]
        lead = somebody(self.app)
        self.made: Signing = asked(running.database, running.settings)
        all_but_the_last(self.made)
        self.home = f"/agreements/{self.made.ref}/versions/1"
        with writing(running.database) as session:
            owner = organisations.first(session)
            assert owner
            words = {"owner": owner.id, "ref": self.made.ref}
            session.execute(text("UPDATE agreements SET owner = :owner WHERE ref = :ref"), words)
            body = organisations.add(
                session, Organisation("", "Cyngor Sir"), by="", at=clock(), new_id=running.new_id
            )
            relations.tie(session, self.made.ref, "p2", organisation=body.id, by="", at=clock())
        self.jo = self.visitor(lead)
        self.bo = self.visitor(somebody(self.app, "Bo Lee", "manager", organisation=body.id, roles=["igm"]))
        self.settings, self.database, self.clock = running.settings, running.database, clock

    def visitor(self, person: object) -> Visitor:
        client = self.app.test_client()
        sign_in(self.app, client, person)  # type: ignore[arg-type]
        return Visitor(client)


def told(content: bytes) -> str:
    return "\n".join(visible.texts(package.read(content)))


def go_on_without_the_last(copy_: Copy) -> None:
    """Who declined is gone on without, by the page that asks, and the signing is complete by that."""
    copy_.made.decline("p12")
    link = next(link for link in copy_.jo.get(f"{copy_.home}/signatures").links() if link.endswith("/p12/without"))
    page = copy_.jo.get(link)
    assert "all others have signed, so the signing is complete" in page.words
    back = copy_.jo.send(page, why="", status=422)
    assert [link for _, link in back.errors] == ["#why"]
    done = copy_.jo.send(page, why="It signs when its board has met.")
    assert "Landlords is waited for no longer" in done.words and "All have signed" in done.words
    with reading(copy_.database) as session:
        assert signatures.missing(session, copy_.made.ref, 1) == ()
    copy_.jo.get(f"{copy_.home}/signatures/p99/without", status=404)
    copy_.bo.get(f"{copy_.home}/signatures/p12/without", status=403)
    assert "They are being made" in copy_.bo.get(f"{copy_.home}/signed").words
    due(copy_.settings, copy_.database, clock=copy_.clock)


def test_partners_get_what_is_made_when_all_have_signed_and_its_owner_the_evidence(
    tmp_path: Path, migrated: Path, clock: Clock
) -> None:
    copy_ = Copy(tmp_path, migrated, clock)
    place = f"{copy_.home}/signed"
    page = copy_.jo.get(place)
    assert "9 have signed, and 1 still is to." in page.words and "never stops urgent" in page.words
    so_far = {one: copy_.jo.client.get(f"{place}/so-far/{one}").data for one in ("copy", "certificate")}
    assert "as they stand. This is no executed copy" in told(so_far["copy"])
    assert "The signing is not complete" in told(so_far["certificate"])
    assert "so-far" not in copy_.bo.get(place).text and copy_.bo.client.get(f"{place}/so-far/copy").status_code == 403
    assert copy_.jo.client.get(f"{place}/so-far/other").status_code == 404
    go_on_without_the_last(copy_)
    page = copy_.bo.get(place)
    links = [link for link in page.links() if link.endswith(".docx")]
    assert len(links) == 2 and "All have signed" in page.words and "Evidence" not in page.words
    for link in links:
        answer = copy_.bo.client.get(link)
        report = verify(answer.data, trust=own_certificates(copy_.settings), at=copy_.clock(), expected=1)
        assert report.accepted, report.all_problems
        assert "certificate" not in link or ".example" not in told(answer.data), "no address of mail"
    assert copy_.bo.client.get(f"{place}/evidence").status_code == 403
    assert copy_.bo.client.get(f"{place}/other.docx").status_code == 404
    answer = copy_.jo.client.get(f"{place}/evidence")
    assert answer.mimetype == "application/zip" and "-evidence.zip" in answer.headers["Content-Disposition"]
    files = opened(answer.data)
    assert faults(files, verify=with_openssl, stamped=stamped_with_openssl) == [] and "details.json" not in files
    assert not any(b"@p1.example" in content for name, content in files.items() if name == "trail.jsonl")
    assert f"{place}" in list(copy_.jo.get(copy_.home).links())
    assert "Copy delivered" in copy_.jo.get(f"/agreements/{copy_.made.ref}/trail").words
