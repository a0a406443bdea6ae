"""The rows of OWASP ASVS 5.0 that touch sign-in, sessions, cookies, headers, forms, redirects and uploads, each with
the tests that are for it. `python -m tests.asvs` writes tests/security.md from the marks `@pytest.mark.asvs("V3.5.1")`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PLACE = TESTS / "security.md"

# id -> (the requirements it covers, what has to hold)
ROWS: dict[str, tuple[str, str]] = {
    "V1.1.2": ("", "what is shown is escaped last, by the templates"),
    "V1.2.4": ("", "no statement for the database is put together from values"),
    "V1.2.5": ("", "no command goes through a shell"),
    "V1.3.2": ("", "no text is run as code"),
    "V1.2.10": ("", "a value in a spreadsheet is never a formula"),
    "V1.3.11": ("", "a line break in a name or subject makes no header of a mail"),
    "V1.5.1": ("", "a file that comes in reads no other file and opens no connection"),
    "V1.5.2": ("", "nothing that is stored or sent is unpickled"),
    "V1.3.6": ("V1.3.6, V13.2.4, V13.2.5, V15.3.2", "an address that somebody typed leads this server nowhere inside"),
    "V1.5.3": ("", "a file of JSON that two readers could read in two ways is refused"),
    "V2.4.1": ("", "scripts against sign-in, import, export and search meet the limits"),
    "V3.2.1": ("", "whatever is no page is a file to keep, and nothing in it runs"),
    "V3.3.1": ("V3.3.1 to V3.3.4", "cookies: __Host-, Secure, HttpOnly, SameSite=Lax, Path=/"),
    "V3.4.1": ("", "HSTS for a year, with subdomains, where people come by https"),
    "V3.4.2": ("", "no answer is shared with another site"),
    "V3.4.3": ("", "a content security policy with a nonce on every answer, and no page that breaks it"),
    "V3.4.4": ("V3.4.4, V3.4.6", "nosniff, and no page in a frame"),
    "V3.4.5": ("", "a page with a secret in its address sends no referrer"),
    "V3.5.1": ("", "a form without our token, with another's, or from another site changes nothing"),
    "V3.5.3": ("", "GET and HEAD write nothing"),
    "V3.7.2": ("", "no form of next= leads to another site"),
    "V4.1.1": ("", "every body has its type, and text its charset"),
    "V4.1.2": ("V4.1.2, V4.1.3", "Host and X-Forwarded-… change no link, limit or log"),
    "V4.1.4": ("", "a method that a route does not have is refused"),
    "V5.1.1": ("", "the limits of uploads are written down, and are those of the program"),
    "V5.2.1": ("", "a file that is too large is refused"),
    "V5.2.2": ("", "a file is what its content says, not its name"),
    "V5.2.3": ("", "a file that unpacks to too much is refused before it is unpacked"),
    "V5.2.4": ("", "each organisation has a share of space and files"),
    "V5.2.5": ("V5.2.5, V5.3.3", "no name inside an archive leads out of it"),
    "V5.3.1": ("V5.3.1, V5.3.2", "what is kept has a name of our own, and is not served as it lies"),
    "V5.4.1": ("V5.4.1, V5.4.2", "the name of a file that is sent is clean, whatever the title"),
    "V5.4.3": ("", "files are looked at for malware"),
    "V6.1.1": ("V6.1.1, V6.3.1", "guessing is slowed by account and address, and shuts nobody out"),
    "V6.2.1": ("V6.2.1 to V6.2.12", "passwords: 12 to 128 of any characters, none that are common, paste works"),
    "V6.3.2": ("", "no account is there before somebody makes it with a code from the console"),
    "V6.3.3": ("", "every way in asks for a second factor"),
    "V6.3.4": ("", "one module signs people in"),
    "V6.3.7": ("", "a change of address, password or factor is told by mail"),
    "V6.3.8": ("", "nobody can find out who has an account"),
    "V6.4.1": ("", "an invitation is random, works once and for a short time"),
    "V6.4.3": ("V6.4.3, V6.4.4", "a reset leaves the second factor; a lost factor needs an administrator and a code"),
    "V6.5.1": ("V6.5.1 to V6.5.5", "codes work once, are kept hashed and run out"),
    "V6.6.2": ("V6.6.2, V6.6.3", "a code is for one request, and for five tries"),
    "V6.8.1": ("V6.8.1, V6.8.4, V10.1.2, V10.2.1", "another provider, a replay, a missing state or nonce is refused"),
    "V7.1.1": ("V7.1.1, V7.1.2, V7.3.1, V7.3.2", "a session ends when idle and after a day's work; drafts are kept"),
    "V7.2.1": ("V7.2.1, V7.2.3, V7.2.4", "a session is kept by the server, under a new id at each rise"),
    "V7.4.1": ("V7.4.1, V7.4.2", "a session that ended is over at once"),
    "V7.4.3": ("V7.4.3 to V7.4.5, V7.5.1, V7.5.2", "people see and end their sessions; administrators end others'"),
    "V7.5.3": ("", "issuing, and what else is grave, asks again who it is"),
    "V8.1.1": ("V8.1.1, V8.1.2", "who may do what is one file, and the program does the same"),
    "V8.2.1": ("V8.2.1 to V8.2.3, V8.3.1", "every cell of that file, through the pages"),
    "V8.3.2": ("V8.3.2, V8.3.3", "a role that is taken away is gone at the next request, and for jobs"),
    "V8.4.1": ("", "no word of another organisation on any page, download, search, mail or export"),
    "V9.1.1": ("V9.1.1 to V9.2.3", "a token for another purpose, of another copy, run out or unsigned opens nothing"),
    "V11.2.4": ("V11.2.1 to V11.5.1", "only sound hashes and random numbers; secrets are compared in constant time"),
    "V12.1.1": ("V12.1.1, V12.2.1, V12.3.1, V12.3.2", "nothing is sent where the certificate does not hold"),
    "V13.3.1": ("", "no secret is shipped; the key is made at the first start"),
    "V13.4.1": ("V13.4.1 to V13.4.6", "nothing is served or said that is not meant to be"),
    "V14.2.1": ("", "no secret stays in an address"),
    "V14.2.3": ("", "pages ask nobody but us for anything"),
    "V14.2.8": ("", "who wrote a file is taken out of it before it is kept"),
    "V14.3.1": ("V14.3.1 to V14.3.3", "browsers and caches store no page; nothing is left after signing out"),
    "V15.1.3": ("V15.1.3, V15.2.2", "costly work has limits"),
    "V15.2.3": ("V15.2.3, V15.2.5", "no test code is served; what is risky is done in a box"),
    "V15.3.3": ("V15.3.1, V15.3.3", "a field that a form does not have is never stored"),
    "V15.3.4": ("", "the address a request comes from is that of the connection"),
    "V15.4.1": ("V15.4.1, V15.4.2", "two who come at once get no more than one who comes twice"),
    "V16.2.1": ("V16.1.1, V16.2.1, V16.2.2, V16.2.4", "a request leaves one record with who, what, result and time"),
    "V16.2.5": ("", "nothing that was typed, and no secret, is in the log"),
    "V16.3.1": ("V16.3.1 to V16.3.4", "signing in, refusals and faults are in the log"),
    "V16.4.1": ("", "one record is one line, whatever is in it"),
    "V16.5.1": ("V16.5.1 to V16.5.4", "a fault ends in a plain page with a reference, and lets nobody in"),
}


def marked() -> dict[str, list[str]]:
    """Row -> its tests, as `web/test_security.py: a form of our own is taken`."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        text = file.read_text()
        if "mark.asvs(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                said = node.name.removeprefix("test_").replace("_", " ")
                for row in _rows(node):
                    found.setdefault(row, []).append(f"{file.relative_to(TESTS).as_posix()}: {said}")
    return found


def _rows(node: ast.FunctionDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.asvs":
            yield from (str(ast.literal_eval(row)) for row in mark.args)


def page() -> str:
    """The text of tests/security.md."""
    found = marked()
    done = sum(row in found for row in ROWS)
    lines = [
        "# Security: the rows of OWASP ASVS 5.0 and their tests", "",
        "Made by `python -m tests.asvs` from the marks of the tests; a test holds it to them. A row passes when its",
        "tests do, in `./check`.", "",
        f"{done} of {len(ROWS)} rows have tests; the others say *not yet*.", "",
        "| row | what has to hold | tests |", "| --- | --- | --- |",
    ]
    for row, (covers, what) in ROWS.items():
        lines.append(f"| {covers or row} | {what} | {'<br>'.join(sorted(found.get(row, []))) or '*not yet*'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PLACE.write_text(page())
