"""What is done to a signed Word file so that it says something else, each with the sentence that refuses it."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID

from protocolbuilder.documents import package, sealed_cover, sealed_package, sealing
from protocolbuilder.documents.relations import declare, relate
from protocolbuilder.documents.sealing_xml import Statement
from tests.documents.signers import (
    JO,
    NOW,
    Signer,
    cosigned,
    seal,
    sealed,
    self_signed,
    signed_anyway,
    signer,
    stamper,
    unsigned,
)
from tests.documents.test_sealing import field, with_text

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELS = "word/_rels/document.xml.rels"
SIG1, SIG2 = "_xmlsignatures/sig1.xml", "_xmlsignatures/sig2.xml"
TOLD = f"{NOW:%Y-%m-%dT%H:%M:%SZ}".encode()
SEALS = "_xmlsignatures/_rels/origin.sigs.rels"


def changed(name: str, old: bytes, new: bytes) -> Callable[[], bytes]:
    """`old` in a part replaced once."""

    def make() -> bytes:
        parts = dict(package.read_own(cosigned()))
        assert old in parts[name], (name, old)
        parts[name] = parts[name].replace(old, new, 1)
        return package.write(parts)

    return make


def one_byte(name: str) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = dict(package.read_own(cosigned()))
        middle = parts[name].rindex(b">") - 1 if parts[name].startswith(b"<") else len(parts[name]) // 2
        part = bytearray(parts[name])
        part[middle] = part[middle] + 1 if not chr(part[middle]).isalpha() else part[middle]
        parts[name] = bytes(part) if bytes(part) != parts[name] else parts[name] + b"\n"
        return package.write(parts)

    return make


def with_parts(edit: Callable[[dict[str, bytes]], object]) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = dict(package.read_own(cosigned()))
        edit(parts)
        return package.write(parts)

    return make


def add_comments(parts: dict[str, bytes]) -> None:
    relate(parts, RELS, f"{R}/comments", "comments.xml")
    declare(parts, {"/word/comments.xml": f"{WORD}.comments+xml"})
    parts["word/comments.xml"] = b"<w:comments xmlns:w='x'/>"


def add_picture(parts: dict[str, bytes]) -> None:
    relate(parts, RELS, f"{R}/image", "media/line9.png")
    parts["word/media/line9.png"] = parts["word/media/line1.png"]


def add_document(parts: dict[str, bytes]) -> None:
    relate(parts, "_rels/.rels", f"{R}/officeDocument", "word/evil.xml")
    parts["word/evil.xml"] = parts["word/document.xml"].replace(b"must", b"may")


def add_properties(parts: dict[str, bytes]) -> None:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    relate(parts, "_rels/.rels", kind, "docProps/more.xml")
    parts["docProps/more.xml"] = parts["docProps/core.xml"]


def take_relation(parts: dict[str, bytes]) -> None:
    root = package.parse(parts, RELS)
    root.remove(next(row for row in root if row.get("Target") == "footer2.xml"))
    parts[RELS] = package.serialise(root)
    del parts["word/footer2.xml"]


def swap_pictures(parts: dict[str, bytes]) -> None:
    swapped = parts[RELS].replace(b"line1.png", b"line0.png").replace(b"line2.png", b"line1.png")
    parts[RELS] = swapped.replace(b"line0.png", b"line2.png")


def correct_digest(parts: dict[str, bytes]) -> None:
    """The styles changed, and their digest in the first signature with them."""
    old = b64encode(sha256(parts["word/styles.xml"]).digest())
    parts["word/styles.xml"] += b"\n"
    parts[SIG1] = parts[SIG1].replace(old, b64encode(sha256(parts["word/styles.xml"]).digest()))


def swap_certificate(parts: dict[str, bytes]) -> None:
    own, other = (b64encode(one.certificate) for one in (signer(JO.name), signer("Mallory")))
    parts[SIG2] = parts[SIG2].replace(own, other)


def same_again(parts: dict[str, bytes]) -> None:
    """The seal copied, as if two had signed."""
    parts[SIG2] = parts[SIG1]


def older_method(parts: dict[str, bytes]) -> None:
    parts[SIG2] = parts[SIG2].replace(b"2001/04/xmlenc#sha256", b"2000/09/xmldsig#sha1")


def swap_signature(parts: dict[str, bytes]) -> None:
    """The values of two signatures exchanged."""
    begin, end = b"<SignatureValue>", b"</SignatureValue>"
    one, two = (parts[name].split(begin)[1].split(end)[0] for name in (SIG1, SIG2))
    parts[SIG1], parts[SIG2] = parts[SIG1].replace(one, two), parts[SIG2].replace(two, one)


def move_object(parts: dict[str, bytes]) -> None:
    """The signed list of parts hidden elsewhere, and another one put in its place."""
    begin, end = parts[SIG2].index(b'<Object xmlns:mdssi'), parts[SIG2].index(b'<Object Id="idOfficeObject"')
    signed = parts[SIG2][begin:end]
    evil = signed.replace(b"word/styles.xml", b"word/evil.xml")
    parts[SIG2] = parts[SIG2][:begin] + evil + b"<Object>" + signed + b"</Object>" + parts[SIG2][end:]


def backdate(parts: dict[str, bytes], old: bytes) -> None:
    parts[SIG1] = parts[SIG1].replace(old, old.replace(TOLD, b"2020-01-01T00:00:00Z"))


def duplicate_entry() -> bytes:
    made = io.BytesIO(cosigned())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/Document.xml", b"<evil/>")
    return made.getvalue()


def bytes_between() -> bytes:
    """Another file hidden before the first part."""
    return b"PK\x03\x04 evil " + cosigned()


def partly_signed(file: bytes, by: Signer) -> bytes:
    """A signer who is trusted, and a program that leaves the styles out."""
    whole = sealed_cover.whole(sealed_package.read(file))
    some = replace(whole, parts=tuple(name for name in whole.parts if name != "word/styles.xml"))
    return signed_anyway(file, by, cover=some)


def stamped_again(folder: Path, *, alter: Callable[[bytes], bytes] = bytes) -> bytes:
    """A signature with the time-stamp of another."""
    given, token = stamper(folder), b""

    def first(content: bytes) -> bytes:
        nonlocal token
        token = given(content)
        return token

    sealing.sealed(unsigned(), seal(), said=Statement(NOW, comment="another"), token=first)
    return sealing.sealed(unsigned(), seal(), said=Statement(NOW), token=lambda _: alter(token))


def future() -> bytes:
    return signed_anyway(unsigned(), seal(), said=Statement(NOW + timedelta(days=2)))


def expired() -> bytes:
    by = signer("Formerly here", days=(-400, -30))
    return signed_anyway(unsigned(), by, said=Statement(NOW - timedelta(days=60)))


IMAGE = b'Extension="png" ContentType="image/png"'
CASES: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "a byte of the document": (one_byte("word/document.xml"), "The part word/document.xml was altered."),
    "a byte of a footer": (one_byte("word/footer1.xml"), "The part word/footer1.xml was altered."),
    "a byte of the styles": (one_byte("word/styles.xml"), "The part word/styles.xml was altered."),
    "a byte of a picture": (one_byte("word/media/line1.png"), "The part word/media/line1.png was altered."),
    "a byte of the data": (one_byte("customXml/item1.xml"), "The part customXml/item1.xml was altered."),
    "a byte of the settings": (one_byte("word/settings.xml"), "The part word/settings.xml was altered."),
    "two pictures swapped": (with_parts(swap_pictures), f"What {RELS} leads to was altered."),
    "a link changed": (
        changed(RELS, b"northshire.example/notice", b"mallory.example/notice"), f"What {RELS} leads to was altered.",
    ),
    "a part taken out, and what led to it": (
        with_parts(take_relation), f"Something that {RELS} led to was taken out.",
    ),
    "a part taken out": (
        with_parts(lambda parts: parts.pop("word/footer2.xml")), "leads to a part that is not there: footer2.xml",
    ),
    "comments added": (with_parts(add_comments), "No signature covers the part word/comments.xml."),
    "a picture added": (with_parts(add_picture), f"No signature covers that {RELS} leads to media/line9.png."),
    "a part added that nothing leads to": (
        with_parts(lambda parts: parts.update({"word/evil.xml": b"<x/>"})),
        "No signature covers the part word/evil.xml.",
    ),
    "a second main document": (with_parts(add_document), "two main documents"),
    "more properties": (with_parts(add_properties), "The part docProps/more.xml is not what the file calls it."),
    "what a part is": (
        changed(package.TYPES, b"wordprocessingml.styles+xml", b"wordprocessingml.numbering+xml"),
        "The file says that word/styles.xml is something else than when it was signed.",
    ),
    "what pictures are": (
        changed(package.TYPES, IMAGE, IMAGE.replace(b"image/png", b"image/svg+xml")), "something else than when it was",
    ),
    "what a part is, said twice": (
        changed(package.TYPES, b"</Types>", b'<Override PartName="/word/STYLES.xml" ContentType="x/y"/></Types>'),
        "says twice what its parts are",
    ),
    "the comment of the signer": (changed(SIG1, b"version 1", b"version 2"), "comment, signature line) was altered."),
    "the time of signing": (
        with_parts(lambda parts: backdate(parts, TOLD)),
        "The list of what is signed, or the time of signing, was altered.",
    ),
    "one of two times": (
        with_parts(lambda parts: backdate(parts, b"<xd:SigningTime>" + TOLD)), "The signature states two times",
    ),
    "the certificate": (with_parts(swap_certificate), "The certificate in the signature is not the one"),
    "a digest put right": (
        with_parts(correct_digest), "The list of what is signed, or the time of signing, was altered.",
    ),
    "two values exchanged": (with_parts(swap_signature), "The signature was not made with this certificate"),
    "the signed list moved": (with_parts(move_object), "two things are called idPackageObject"),
    "an older method": (with_parts(older_method), "a method that is not safe or not known"),
    "two entries of one name": (duplicate_entry, "two parts of the same name"),
    "bytes between the parts": (bytes_between, "bytes that belong to none of its parts"),
    "a signature that leaves a part out": (
        lambda: partly_signed(unsigned(), seal()), "No signature covers the part word/styles.xml.",
    ),
    "a second signature that leaves a part out": (
        lambda: partly_signed(sealed(), signer(JO.name)), "The signature does not cover the part word/styles.xml.",
    ),
    "a date field that was signed": (
        lambda: signed_anyway(with_text(field(r' DATE \@ "d MMMM yyyy" ')), seal()), "a field (DATE) that may show",
    ),
    "a certificate that anybody can make": (
        lambda: signed_anyway(sealed(), self_signed(JO.name)),
        "Nobody you trust vouches that this is the certificate of",
    ),
    "a certificate of another authority": (
        lambda: signed_anyway(sealed(), signer(JO.name, by="Mallory CA")), "Nobody you trust vouches",
    ),
    "a certificate for servers": (
        lambda: signed_anyway(unsigned(), signer(JO.name, purpose=ExtendedKeyUsageOID.SERVER_AUTH)),
        "The certificate is not one for signing documents.",
    ),
    "a certificate that is over": (expired, "and no trusted time shows that the signature is older."),
    "a time to come": (future, "a time that is still to come"),
    "the list of signatures": (
        changed(SEALS, b"sig2.xml", b"../word/document.xml"), "leads to something else than signatures",
    ),
}  # fmt: skip
