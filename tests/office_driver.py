"""The other end of tests/second_reader.py: keeps one LibreOffice open and does what each line of stdin asks.

Runs under the system's python3, the one that has `uno`. A request and its answer are one line of JSON each:
{"do": "pdf", "file": "/…/in.docx", "out": "/…/out.pdf"} -> {"answer": …} or {"error": "…"}.
"""

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.util import URL

SAVE_AS = {
    ".pdf": {"text": "writer_pdf_Export", "sheet": "calc_pdf_Export", "deck": "impress_pdf_Export"},
    ".docx": {"text": "MS Word 2007 XML"},
    ".xlsx": {"sheet": "Calc MS Excel 2007 XML"},
    ".fodt": {"text": "OpenDocument Text Flat XML"},
}
OPEN_AS = {  # else junk opens as plain text
    ".docx": "MS Word 2007 XML",
    ".xlsx": "Calc MS Excel 2007 XML",
    ".pptx": "Impress MS PowerPoint 2007 XML",
}
KINDS = {"text": "com.sun.star.text.GenericTextDocument", "deck": "com.sun.star.presentation.PresentationDocument"}
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
UNSEEN = {f"{TEXT}tracked-changes", f"{TEXT}note", f"{OFFICE}annotation", f"{TEXT}index-title-template"}
UNSEEN |= {f"{OFFICE}binary-data", f"{SVG}title", f"{SVG}desc"}  # a picture, and the words in its place
FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def start(folder):
    """Starts LibreOffice with a profile of its own, reached by a named pipe; returns (process, its context)."""
    pipe = f"pb{Path(folder).name}".replace("-", "").replace("_", "")
    words = ["soffice", "--headless", "--invisible", "--norestore", "--nologo", "--nodefault"]
    words += ["--nofirststartwizard", f"--accept=pipe,name={pipe};urp;"]
    words += [f"-env:UserInstallation={uno.systemPathToFileUrl(folder + '/profile')}"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            return process, context
        except Exception:
            if process.poll() is not None:
                raise RuntimeError(f"LibreOffice ended with {process.returncode} while starting") from None
            time.sleep(0.1)
    process.kill()
    raise RuntimeError("LibreOffice did not answer within 60 seconds")


def open_document(desktop, path):
    """Hidden, macros off, links not followed. LibreOffice says None for a file it cannot read."""
    wanted = properties(
        Hidden=True, MacroExecutionMode=0, UpdateDocMode=0, FilterName=OPEN_AS[Path(path).suffix]
    )
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, wanted)
    if document is None:
        raise ValueError("LibreOffice cannot read this file")
    return document


def save(document, out):
    kind = next((kind for kind, service in KINDS.items() if document.supportsService(service)), "sheet")
    document.storeToURL(uno.systemPathToFileUrl(out), properties(FilterName=SAVE_AS[Path(out).suffix][kind]))


def shown(element):
    """The text of one paragraph as read: tabs and line breaks kept, notes and deleted text left out."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{TEXT}s":
            parts.append(" " * int(child.get(f"{TEXT}c", "1")))
        elif child.tag == f"{TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{TEXT}line-break":
            parts.append("\n")
        elif child.tag not in UNSEEN:
            parts.append(shown(child))
        parts.append(child.tail or "")
    return "".join(parts)


def paragraphs(element):
    """Every paragraph under `element` in reading order, table cells included, outer before inner."""
    for child in element:
        if child.tag in (f"{TEXT}p", f"{TEXT}h"):
            yield shown(child)
        elif child.tag not in UNSEEN:
            yield from paragraphs(child)


def read_text(document, out):
    """{"body": [text], "furniture": [text]}: furniture is the headers and footers of the pages in use."""
    save(document, out)
    root = ET.parse(out).getroot()
    furniture = []
    for page in root.iter(f"{STYLE}master-page"):
        furniture += [text for text in paragraphs(page) if text]
    return {"body": list(paragraphs(root.find(f"{OFFICE}body/{OFFICE}text"))), "furniture": furniture}


def rows_of(saved):
    """The rows of every table of a text that `read_text` saved, as lists of the texts of their cells."""
    return [
        ["\n".join(paragraphs(cell)) for cell in row if cell.tag == f"{TABLE}table-cell"]
        for row in ET.parse(saved).getroot().iter(f"{TABLE}table-row")
    ]


def settle(document, command):
    """As somebody who takes (AcceptAllTrackedChanges) or refuses (RejectAll…) every tracked change at once.

    A busy LibreOffice now and then does nothing when told; then it is told again.
    """
    url = URL(Complete=f".uno:{command}", Main=f".uno:{command}", Protocol=".uno:", Path=command)
    for _ in range(20):
        document.CurrentController.Frame.queryDispatch(url, "", 0).dispatch(url, ())
        if not document.Redlines.createEnumeration().hasMoreElements():
            return
        time.sleep(0.2)
    raise RuntimeError("LibreOffice leaves changes unsettled")


def read_cells(document):
    """{"sheets": {name: rows}, "formulas": [address]}; a row is a list of strings and numbers."""
    sheets, formulas = {}, []
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        used = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
        sheets[sheet.Name] = [list(row) for row in used.getDataArray()]
        found = used.queryContentCells(FORMULAS).RangeAddressesAsString
        formulas += [address for address in found.split(";") if address]
    return {"sheets": sheets, "formulas": formulas}


def read_slides(document):
    """For each slide: {"said": [text], "notes": text, "low": part of the height that its lowest edge reaches}.

    A table is its cells, row by row, and as high as LibreOffice had to make it.
    """
    slides = []
    for number in range(document.DrawPages.Count):
        page, said, low = document.DrawPages.getByIndex(number), [], 0
        for place in range(page.Count):
            shape = page.getByIndex(place)
            low = max(low, shape.Position.Y + shape.Size.Height)
            if hasattr(shape, "Model") and hasattr(shape.Model, "Rows"):
                model = shape.Model
                said += [
                    model.getCellByPosition(column, row).String
                    for row in range(model.Rows.Count) for column in range(model.Columns.Count)
                ]
            elif hasattr(shape, "String"):
                said.append(shape.String)
        notes = page.NotesPage
        texts = [notes.getByIndex(place) for place in range(notes.Count)]
        told = "\n".join(one.String for one in texts if hasattr(one, "String"))
        slides.append({"said": said, "notes": told, "low": low / page.Height})
    return slides


def replace(document, old, new):
    """As Find and Replace in Word: every occurrence, formatting kept. Returns how many."""
    descriptor = document.createReplaceDescriptor()
    descriptor.SearchString, descriptor.ReplaceString, descriptor.SearchCaseSensitive = old, new, True
    return document.replaceAll(descriptor)


def find(document, words):
    descriptor = document.createSearchDescriptor()
    descriptor.SearchString, descriptor.SearchCaseSensitive = words, True
    found = document.findFirst(descriptor)
    if found is None:
        raise ValueError(f"not found in the file: {words}")
    return found


def review(document, steps):
    """As a partner at work in the text: each step writes over the first place of some words, or puts a paragraph after
    the one that holds them, with changes recorded or not.

    LibreOffice without its windows cannot hold comments: it ends when it draws one.
    """
    for step in steps:
        document.RecordChanges = step.get("tracked", True)
        found = find(document, step["at"])
        if "paragraph" in step:
            end = found.Text.createTextCursorByRange(found.End)
            end.gotoEndOfParagraph(False)
            found.Text.insertControlCharacter(end, 0, False)  # PARAGRAPH_BREAK
            found.Text.insertString(end, step["paragraph"], False)
        else:
            found.setString(step["new"])
    document.RecordChanges = False


def signatures(context, path):
    """Each signature of a Word file: is it right (whoever trusts its certificate), whose, on which signature line."""
    make = context.ServiceManager
    sealed = uno.Any("[]com.sun.star.beans.PropertyValue", properties(StorageFormat="ZipFormat"))
    storages = make.createInstanceWithContext("com.sun.star.embed.StorageFactory", context)
    given = ((uno.systemPathToFileUrl(path), 1, sealed),)  # 1: to be read
    storage = uno.invoke(storages, "createInstanceWithArguments", given)
    service = "com.sun.star.security.DocumentDigitalSignatures"
    reader = make.createInstanceWithArgumentsAndContext(service, ("1.2",), context)
    return [
        {"right": one.SignatureIsValid, "by": one.Signer.SubjectName if one.Signer else "", "line": one.SignatureLineId}
        for one in reader.verifyDocumentContentSignatures(storage, None)
    ]


def answer(context, request):
    if request["do"] == "signatures":
        return signatures(context, request["file"])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = open_document(desktop, request["file"])
    try:
        if request["do"] == "review":
            review(document, request["steps"])
            save(document, request["out"])
            return len(request["steps"])
        if request["do"] == "text":
            return read_text(document, request["out"])
        if request["do"] == "settle":
            if request["command"]:
                settle(document, request["command"])
            return {**read_text(document, request["out"]), "rows": rows_of(request["out"])}
        if request["do"] == "cells":
            return read_cells(document)
        if request["do"] == "slides":
            return read_slides(document)
        count = replace(document, request["old"], request["new"]) if request["do"] == "replace" else 0
        save(document, request["out"])
        return count
    finally:
        document.close(True)


def main(folder):
    process, context = start(folder)
    print(json.dumps({"answer": "ready"}), flush=True)
    try:
        for line in sys.stdin:
            try:
                said = {"answer": answer(context, json.loads(line))}
            except Exception as error:
                said = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(said), flush=True)
    finally:
        try:
            context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
            process.wait(10)
        except Exception:
            process.kill()


if __name__ == "__main__":
    main(sys.argv[1])
