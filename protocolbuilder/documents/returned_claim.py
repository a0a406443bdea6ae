"""What a Word file that came back says it is a copy of."""

from __future__ import annotations

from dataclasses import dataclass

from protocolbuilder.documents import embed, package
from protocolbuilder.documents.embed import Origin


@dataclass(frozen=True, slots=True)
class Claim:
    """`version` is "3" or "draft 12", `digest` that of the data. `origin` is None where another program took the data
    out and only the properties are left."""

    ref: str
    version: str
    digest: str
    origin: Origin | None


def claimed(docx: bytes) -> Claim:
    """By the data inside, else by the properties. Nothing of it is checked. Raises BadFile, one clear line."""
    parts = package.read(docx)
    embed.refuse_redline(parts)
    said = embed.properties(parts)
    if said.get("AgreementId") and said.get("AgreementVersion") and not embed.holds_data(parts):
        return Claim(said["AgreementId"], said["AgreementVersion"], said.get("AgreementDigest", ""), None)
    found = embed.origin(docx)
    return Claim(found.stamp.reference, found.stamp.version, found.stamp.digest, found)
