"""What marks one printed version: it stands in the footer, on the cover and in the file's properties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Stamp:
    """`digest` is `domain.agreement.digest` of what is printed (64 hex characters), `library` the version of the law
    library, `at` aware UTC. Fixed for a version, so that one version is one file, byte for byte."""

    reference: str
    version: str
    digest: str
    library: str
    at: datetime

    @property
    def fingerprint(self) -> str:
        """The digest in groups of four, as people compare it: `4292 e155 …`."""
        return " ".join(self.digest[n : n + 4] for n in range(0, len(self.digest), 4))

    @property
    def day(self) -> str:
        """The day in the United Kingdom: `24 November 2026`."""
        local = self.at.astimezone(LONDON)
        return f"{local.day} {local:%B %Y}"
