"""Small Word files of any shape, by hand or at random: what our templates do not hold yet, a comparison must bear."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from html import escape
from io import BytesIO
from random import Random
from typing import Final

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES: Final = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
SECTION: Final = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"/>'
SIDEWAYS: Final = SECTION.replace('w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906" w:orient="landscape"')
WORDS: Final = (
    "the", "a", "police", "council", "school", "keeps", "record", "of", "every", "&", "<child>", "adult", "within",
    "six", "days", "unless", "–", "“may”", "must",
)  # fmt: skip


def docx(
    body: str,
    *,
    footers: Mapping[str, str] | None = None,
    section: str = SECTION,
    pictures: Mapping[str, bytes] | None = None,
    links: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A Word file of this body. `footers` by relationship id, the one called `f1` is that of the last section;
    `pictures` and `links` by relationship id; `more` is further parts, `word/styles.xml` and the like."""
    parts: dict[str, str | bytes] = {}
    types = []
    relations = [_relation(key, "image", f"media/{key}.png") for key in pictures or {}]
    relations += [_relation(key, "hyperlink", target, how="External") for key, target in (links or {}).items()]
    parts |= {f"word/media/{key}.png": content for key, content in (pictures or {}).items()}
    shared = list(relations)
    for key, text in (footers or {}).items():
        parts[f"word/{key}.xml"] = f"<w:ftr {_NAMES}>{text}</w:ftr>"
        parts[f"word/_rels/{key}.xml.rels"] = _relations(shared)
        types.append((f"/word/{key}.xml", f"{_MAIN}.footer+xml"))
        relations.append(_relation(key, "footer", f"{key}.xml"))
    for name, text in (more or {}).items():
        kind = name.removeprefix("word/").removesuffix(".xml")
        parts[name] = text
        types.append((f"/{name}", f"{_MAIN}.{kind}+xml"))
        relations.append(_relation(f"x{kind}", kind, f"{kind}.xml"))
    shown = '<w:footerReference w:type="default" r:id="f1"/>' if "f1" in (footers or {}) else ""
    parts["word/document.xml"] = (
        f"<w:document {_NAMES}><w:body>{body}<w:sectPr>{shown}{section}</w:sectPr></w:body></w:document>"
    )
    overrides = [("/word/document.xml", f"{_MAIN}.document.main+xml"), *types]
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" '
        f'ContentType="image/png"/><Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
    parts["_rels/.rels"] = _relations([_relation("r1", "officeDocument", "word/document.xml")])
    parts["word/_rels/document.xml.rels"] = _relations(relations)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _relation(key: str, kind: str, target: str, *, how: str = "Internal") -> str:
    return f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{target}" TargetMode="{how}"/>'


def _relations(found: list[str]) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'


def p(inside: str = "", *, props: str = "") -> str:
    """A paragraph of runs, or of plain text."""
    runs = inside if inside.startswith("<") else run(inside) if inside else ""
    return f"<w:p>{f'<w:pPr>{props}</w:pPr>' if props else ''}{runs}</w:p>"


def run(text: str, *, look: str = "") -> str:
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def table(*rows: list[str], props: str = "") -> str:
    """Rows of cells; a cell is blocks, or plain text."""
    wide = max(map(len, rows), default=1)
    grid = "".join('<w:gridCol w:w="1500"/>' for _ in range(wide))
    made = "".join(f"<w:tr>{''.join(cell(one) for one in row)}</w:tr>" for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/>{props}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>'
    )


def cell(inside: str) -> str:
    blocks = inside if inside.startswith(("<w:p", "<w:t")) else p(inside)
    return f'<w:tc><w:tcPr><w:tcW w:w="1500" w:type="dxa"/></w:tcPr>{blocks}</w:tc>'


def field(instruction: str, result: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    said = f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
    return "".join((marks[0], said, marks[1], run(result), marks[2]))


def picture(relation_id: str) -> str:
    blip = f'<pic:blipFill><a:blip r:embed="{relation_id}"/></pic:blipFill>'
    shape = f'<a:graphic><a:graphicData uri="{_PACKAGE}"><pic:pic>{blip}</pic:pic></a:graphicData></a:graphic>'
    inline = f'<wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="Map" descr="A map"/>{shape}</wp:inline>'
    return f"<w:r><w:drawing>{inline}</w:drawing></w:r>"


def blocks(random: Random, *, depth: int = 0, least: int = 1) -> list[str]:
    """Paragraphs and tables at random; the last one is a paragraph, and no two tables touch."""
    found: list[str] = []
    for _ in range(random.randrange(least, 5 if depth else 9)):
        if depth < 2 and random.random() < 0.3 and not (found and found[-1].startswith("<w:tbl")):
            found.append(some_table(random, depth=depth))
        else:
            found.append(paragraph(random))
    return found if found and not found[-1].startswith("<w:tbl") else [*found, paragraph(random)]


def some_table(random: Random, *, depth: int) -> str:
    wide = random.randint(1, 3)
    rows = [["".join(blocks(random, depth=depth + 1)) for _ in range(wide)] for _ in range(random.randint(1, 4))]
    return table(*rows)


def paragraph(random: Random) -> str:
    props = random.choice(("", "", "", "<w:keepNext/>", '<w:ind w:left="200"/>', '<w:jc w:val="center"/>'))
    inside = "".join(piece(random) for _ in range(random.randrange(4)))
    return p(inside, props=props) if inside else p(props=props)


def piece(random: Random) -> str:
    words = " ".join(random.choices(WORDS, k=random.randint(1, 6)))
    kind = random.randrange(10)
    if kind < 6:
        return run(f"{words} ", look=random.choice(("", "", "<w:b/>", "<w:i/>")))
    if kind == 6:
        return f'<w:hyperlink r:id="{random.choice(("l1", "l2"))}">{run(words)}</w:hyperlink>'
    if kind == 7:
        return field(" REF x ", words) if random.random() < 0.5 else field(" PAGE ", "1")
    return "<w:r><w:br/></w:r>" if kind == 8 else picture(random.choice(("i1", "i2")))


def changed(random: Random, old: list[str]) -> list[str]:
    """Some blocks gone, new, moved or other; the rules of `blocks` still hold."""
    new = list(old)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(new) + 1)
        new[at : at + random.randrange(3)] = random.choice(
            (
                [],
                [paragraph(random)],
                [some_table(random, depth=1)],
                [new[at % len(new)].replace("police", "probation").replace("the ", "a ")] if new else [],
            )
        )
    kept: list[str] = []
    for one in new:
        if one.startswith("<w:tbl") and kept and kept[-1].startswith("<w:tbl"):
            kept.append(p("between"))
        kept.append(one)
    return kept if kept and not kept[-1].startswith("<w:tbl") else [*kept, paragraph(random)]
