"""What marks one printed version: it stands in the footer, on the cover and in the file's properties."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
_OUTSIDE: Final = re.compile(r"[^A-Za-z0-9._]+")
LONGEST: Final = 60  # characters of a part of a file name


@dataclass(frozen=True, slots=True)
class Stamp:
    """`digest` is `domain.agreement.digest` of what is printed (64 hex characters), `library` the version of the law
    library, `at` aware UTC. `message` is the partnership's single message, where agreement and protocol say none of
    their own. Fixed for a version, so that one version is one file, byte for byte."""

    reference: str
    version: str
    digest: str
    library: str
    at: datetime
    message: str = ""

    @property
    def fingerprint(self) -> str:
        """The digest in groups of four, as people compare it: `4292 e155 …`."""
        return " ".join(self.digest[n : n + 4] for n in range(0, len(self.digest), 4))

    @property
    def day(self) -> str:
        """The day in the United Kingdom: `24 November 2026`."""
        local = self.at.astimezone(LONDON)
        return f"{local.day} {local:%B %Y}"

    @property
    def name(self) -> str:
        """`ISA-2026-0001, version 1`, `ISA-2026-0001, draft 12`; `Draft without a reference` where it has none."""
        said = spoken(self.version)
        return f"{self.reference}, {said}" if self.reference else f"{said[:1].upper()}{said[1:]} without a reference"

    @property
    def named(self) -> str:
        """How its files are called: `ISA-2026-0001-version-1`, `ISA-2026-0001-draft-12`."""
        return file_name(f"{self.reference} {spoken(self.version)}")


def spoken(version: str) -> str:
    """`version 1`, `draft 12`."""
    return version if version.startswith("draft") else f"version {version}"


def file_name(text: str) -> str:
    """A text as a part of a file name that every system takes: letters, digits, dots and dashes; "" for none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OUTSIDE.sub("-", plain)[:LONGEST].strip("-.")
