"""Evidence is told by its content, and refused where it could act on whoever opens it."""

import zlib
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from PIL import Image
from pypdf import PdfWriter

from protocolbuilder.domain.organisations import Evidence
from protocolbuilder.errors import BadFile
from protocolbuilder.intake import evidence


def pdf(*, script: str = "", attached: bytes = b"") -> bytes:
    made, out = PdfWriter(), BytesIO()
    made.add_blank_page(200, 200)
    if attached:
        made.add_attachment("a.exe", attached)
    made.write(out)
    if script:  # as a program adds to a file that is there
        out.write(f"9 0 obj\n<</S /JavaScript /JS ({script})>>\nendobj\n%%EOF\n".encode())
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, kind)
    return out.getvalue()


def word(*, field: str = "", part: str = "", link: str = "") -> bytes:
    document, out = Document(), BytesIO()
    paragraph = document.add_paragraph("A certificate")
    if field:
        paragraph.add_run()._r.append(paragraph._p.makeelement(f"{W}instrText", {}))
        paragraph._p.findall(f".//{W}instrText")[0].text = field
    if link:
        document.part.relate_to(link, HYPERLINK, is_external=True)
    document.save(out)
    if part:
        with ZipFile(out, "a") as archive:
            archive.writestr(part, b"MZ")
    return out.getvalue()


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def packed(structure: bytes) -> bytes:
    """A PDF whose objects lie packed in a stream."""
    inner = zlib.compress(structure)
    head = b"%PDF-1.7\n1 0 obj\n<</Type /Obj#53tm /Filter /FlateDecode /Length " + str(len(inner)).encode()
    return head + b">>\nstream\n" + inner + b"\nendstream\nendobj\n%%EOF\n"


@pytest.mark.asvs("V5.2.2")
@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (pdf(), "ICO certificate 2026.pdf", "ICO certificate 2026.pdf"),
        (pdf(), "certificate.html", "certificate.html.pdf"),
        (picture("PNG"), "scan.PNG.exe", "scan.PNG.exe.png"),
        (picture("JPEG"), "scan.jpeg", "scan.jpg"),
        (word(link="https://example.com/"), "letter.docx", "letter.docx"),
        (pdf(), "../../etc/passwd", "passwd.pdf"),
        (pdf(), "C:\\certificates\\ico.pdf", "ico.pdf"),
        (pdf(), "a\u202efdp.exe\r\nX: y", "a fdp.exe X: y.pdf"),
        (pdf(), "", "evidence.pdf"),
        (pdf(), "x" * 500, f"{'x' * 120}.pdf"),
        (packed(b"<</Type /Catalog /Pages 2 0 R>>"), "packed.pdf", "packed.pdf"),
    ],
)
def test_a_file_is_what_its_content_says_under_a_clean_name(content: bytes, name: str, kept: str) -> None:
    media = evidence.MEDIA[kept.rpartition(".")[2]]
    assert evidence.take(content, name) == Evidence(kept, media, sha256(content).hexdigest())


@pytest.mark.asvs("V5.2.1")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"0" * evidence.LARGEST, "larger than 5 MB"),
        (b"<html><script>alert(1)</script>", "Select a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Select a PDF"),
        (b"GIF89a", "Select a PDF"),
        (b"MZ\x90\0", "Select a PDF"),
        (b" %PDF-1.7 %%EOF", "Select a PDF"),
        (b"\xd0\xcf\x11\xe0", "Select a PDF"),
        (pdf()[:-20], "its end is missing"),
        (pdf(script="app.alert(1)"), "can run something"),
        (pdf(attached=b"MZ"), "holds another file"),
        (b"%PDF-1.4\n1 0 obj<</S /La#75nch /F (cmd.exe)>>\n%%EOF", "can run something"),
        (packed(b"<</S /J#61vaScript /J#53 (app.alert(1))>>"), "can run something"),
        (packed(b"0" * (evidence.UNPACKED + 1)), "far more than it should"),
        (b"\x89PNG\r\n\x1a\n<script>", "picture is damaged"),
        (picture("PNG")[:-30] + b"\0" * 30, "picture is damaged"),
        (b"\xff\xd8\xff\xe0nothing", "picture is damaged"),
        (b"PK\x03\x04nothing", "not a Word file"),
        (word(part="word/vbaProject.bin"), "holds macros"),
        (word(part="word/embeddings/oleObject1.bin"), "holds another file"),
        (word(field=" DDEAUTO cmd /k calc "), "fetches or starts something (DDEAUTO)"),
        (word(link="file:///c:/windows/calc.exe"), "no web or e-mail address"),
    ],
)
def test_a_file_that_is_something_else_or_acts_is_refused_in_one_line(content: bytes, told: str) -> None:
    with pytest.raises(BadFile) as error:
        evidence.take(content, "certificate.pdf")
    assert told in error.value.text and "\n" not in error.value.text


def test_letters_that_a_picture_holds_by_chance_are_no_script() -> None:
    content = b"%PDF-1.4\n1 0 obj<</Length 9>>\nstream\nab/JS cd \nendstream\n%%EOF"
    assert evidence.take(content, "a.pdf").media_type == "application/pdf"


def test_a_file_of_many_beginnings_without_an_end_is_read_in_one_go() -> None:
    content = b"%PDF-1.4 " + b"stream\n" * 600_000 + b"%%EOF"
    assert evidence.take(content, "a.pdf").name == "a.pdf"
