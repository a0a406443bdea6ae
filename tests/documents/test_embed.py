"""The data travels inside the Word file; a file from outside is read as hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, package
from protocolbuilder.domain.agreement import digest
from protocolbuilder.errors import BadFile
from tests import builders
from tests.documents import made

AGREEMENT = made.renamed(catalogue.pattern("mash").agreement)
DOCX = made.docx(AGREEMENT)
PARTS = package.read(DOCX)
SMALL = package.read(made.docx(builders.small()))
ITEM = "customXml/item1.xml"


def zipped(parts: dict[str, bytes], *more: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*parts.items(), *more]:
            archive.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return zipped({**PARTS, name: content})


def changed(name: str, old: bytes, new: bytes) -> bytes:
    assert old in PARTS[name]
    return with_part(name, PARTS[name].replace(old, new))


@pytest.mark.parametrize("agreement", [AGREEMENT, builders.empty(), builders.small(), builders.empty("protocol-1")])
def test_the_data_comes_back_whole(agreement: Any) -> None:
    origin = embed.origin(made.docx(agreement))
    assert origin.agreement == agreement
    assert origin.stamp == made.stamp(agreement)
    assert origin.what == made.what(agreement)
    assert digest(embed.take(made.docx(agreement))) == digest(agreement)


def test_the_data_is_found_by_its_namespace_whatever_its_part_is_called() -> None:
    moved = {name.replace("customXml/item1", "customXml/item7"): content for name, content in PARTS.items()}
    assert embed.take(zipped(moved)) == AGREEMENT


def test_a_file_of_ours_shows_no_difference_and_a_changed_word_is_named_with_its_heading() -> None:
    assert embed.differences(DOCX, made.parts(AGREEMENT)) == ()
    edited = changed(package.WORD, b"A partner has a concern that", b"No partner has a concern that")
    (found,) = embed.differences(edited, made.parts(AGREEMENT))
    assert found.place.startswith("4.")
    assert "A partner has a concern" in found.expected and "No partner has a concern" in found.found


def test_a_paragraph_added_at_the_end_and_a_changed_footer_are_seen() -> None:
    added = changed(package.WORD, b"</w:body>", b"<w:p><w:r><w:t>And one more thing</w:t></w:r></w:p></w:body>")
    assert [one.found for one in embed.differences(added, made.parts(AGREEMENT))] == ["And one more thing"]
    footer = changed("word/footer1.xml", b", version 1", b", version 2")
    assert embed.differences(footer, made.parts(AGREEMENT))


def bomb() -> bytes:
    return with_part("word/media/big.xml", b"0" * 60_000_000)


def lying_bomb() -> bytes:
    """A member that says it is small and unpacks to 200 MB."""
    content = bytearray(with_part("word/media/big.xml", b"0" * 200_000_000))
    for at in (content.rfind(b"PK\x01\x02"),):
        content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(zipped(PARTS))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def duplicate() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zipped(PARTS, (package.WORD, PARTS[package.WORD]))


def relation(target: str, kind: str) -> bytes:
    line = f'<Relationship Id="x9" Type="http://x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return changed("word/_rels/document.xml.rels", b"</Relationships>", line.encode())


ENTITIES = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HEAD = PARTS[ITEM].split(b"?>", 1)

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not a Word file"),
    "text": (lambda: b"hello", "not a Word file"),
    "half a file": (lambda: DOCX[: len(DOCX) // 2], "not a Word file"),
    "another zip": (lambda: zipped({"a.txt": b"a"}), "not a Word file"),
    "old format": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "old format"),
    "zip bomb": (bomb, "unpacks to far more"),
    "zip bomb that lies about its size": (lying_bomb, ""),
    "password": (encrypted, "password"),
    "duplicate part": (duplicate, "two parts of the same name"),
    "part with another case": (lambda: zipped(PARTS, ("WORD/document.xml", b"<a/>")), "two parts of the same name"),
    "path that leads out": (lambda: with_part("../../etc/cron.d/x", b"x"), "leads outside"),
    "absolute path": (lambda: with_part("/etc/x", b"x"), "leads outside"),
    "too many parts": (lambda: zipped(PARTS, *((f"x/{n}", b"") for n in range(2001))), "more than 2000 parts"),
    "too large": (lambda: b"PK" + b"\0" * 10_000_001, "larger than 10 MB"),
    "macros": (lambda: with_part("word/vbaProject.bin", b"x"), "macros"),
    "macro type": (
        lambda: changed(package.TYPES, b"wordprocessingml.document.main", b"wordprocessingml.macroEnabled.main"),
        "macros",
    ),
    "template from elsewhere": (lambda: relation("http://example.org/a.dotm", "attachedTemplate"), "from elsewhere"),
    "picture from elsewhere": (lambda: relation("file://server/a.png", "image"), "from elsewhere"),
    "external entity": (lambda: with_part(ITEM, HEAD[0] + b"?>" + ENTITIES + HEAD[1]), "entities"),
    "many laughs": (lambda: with_part(ITEM, HEAD[0] + b"?>" + LAUGHS + HEAD[1]), "entities"),
    "broken data": (lambda: with_part(ITEM, PARTS[ITEM][:-30]), "not sound XML"),
    "deep data": (lambda: with_part(ITEM, b"<a>" * 300), "not sound XML"),
    "data changed": (lambda: changed(ITEM, b"Decide the response", b"Decide no response"), "digest"),
    "data twice": (lambda: with_part("customXml/item2.xml", PARTS[ITEM]), "more than one agreement"),
    "no data": (lambda: zipped({n: c for n, c in PARTS.items() if not n.startswith("customXml")}), "took its data out"),
    "no data and no properties": (
        lambda: zipped({n: c for n, c in PARTS.items() if not n.startswith(("customXml", "docProps/custom"))}),
        "holds no agreement",
    ),
    "no moment": (lambda: changed(ITEM, b'at="2026', b'at="x026'), "when it was made"),
    "no kind": (lambda: changed(ITEM, b'what="agreement"', b'what="treaty"'), "what it is"),
    "no json": (lambda: changed(ITEM, b">{", b">["), ""),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.asvs("V1.5.1", "V5.2.2", "V5.2.3", "V5.2.5")
def test_a_hostile_file_is_refused_in_one_clear_line(name: str) -> None:
    make, words = HOSTILE[name]
    with pytest.raises(BadFile) as refusal:
        embed.take(make())
    assert words in refusal.value.text
    assert "\n" not in refusal.value.text and len(refusal.value.text) < 300


@given(st.data())
def test_a_file_with_any_bytes_changed_is_read_or_refused_and_never_anything_else(data: st.DataObject) -> None:
    content = bytearray(DOCX)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    try:
        assert embed.take(bytes(content)) == AGREEMENT
    except BadFile as refusal:
        assert "\n" not in refusal.text


@given(st.sampled_from(sorted(SMALL)), st.binary(max_size=40), st.integers(0, 5000))
def test_a_part_with_junk_in_it_is_read_or_refused(name: str, junk: bytes, at: int) -> None:
    content = SMALL[name]
    file = zipped({**SMALL, name: content[:at] + junk + content[at:]})
    try:
        embed.differences(file, SMALL)
        embed.take(file)
    except BadFile as refusal:
        assert "\n" not in refusal.text


def test_what_is_written_is_the_same_bytes_whatever_the_order() -> None:
    backwards = dict(reversed(list(PARTS.items())))
    assert package.write(PARTS) == package.write(backwards)
    assert package.read(package.write(PARTS)) == PARTS
    assert made.docx(AGREEMENT) == DOCX
