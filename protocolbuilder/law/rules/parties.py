"""Family A: partners and roles (R01 to R10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, Severity, rule
from protocolbuilder.law.parts import Party

BOARD_TYPES: Final = frozenset({"lscp", "sab", "safeguarding-board-wales", "sbni"})
GROUP_WORDS: Final = re.compile(
    r"\b(MASH|MARAC|MAPPA|hub|meeting|forum|panel|steering group|safeguarding (?:\w+ )*(?:partnership|board)"
    r"|(?:community safety|strategic|local) partnership|conference)\b",
    re.IGNORECASE,
)
STATUTORY_NAMES: Final = re.compile(
    r"integrated care board|health board|partnership (?:nhs )?(?:foundation )?trust"
    r"|probation board for northern ireland"
    r"|police authority|police, fire and crime|health and social care partnership",
    re.IGNORECASE,
)
NEEDED_CONTACTS: Final = (
    ("dpo", "data protection officer"),
    ("spoc", "contact for the agreement"),
    ("signatory", "signatory"),
)
CONTRACTS: Final = ("attached", "nested", "related")
ONE_SCHOOL: Final = re.compile(r"\b(school|academy|college)\b", re.IGNORECASE)
TRUST: Final = re.compile(r"\btrust\b|\bfederation\b|\bmulti-academy\b", re.IGNORECASE)
GP_WORDS: Final = re.compile(r"\bGP\b|general practi|\bpractices?\b", re.IGNORECASE)
GP_ITEMS: Final = frozenset({"gp-school-registration"})
CENTRAL: Final = frozenset(
    {"nhs-england", "dwp", "hmrc", "home-office-immigration", "mod", "nca", "cps", "court-service"}
)


@rule("R01", "party-not-legal-person", "error", source="UK GDPR Art 4(7)")
def party_not_legal_person(case: Case) -> Iterator[Hit]:
    """Only legal persons can be controllers or sign (UK GDPR Art 4(7)): a hub, a meeting or a board is none.

    Statutory bodies whose names hold such words, and partners with a legal identifier, are fine.
    """
    for party in case.members:
        name = str(party.row.get("name", ""))
        known = party.row.get("identifiers") or STATUTORY_NAMES.search(name)
        if BOARD_TYPES & set(party.types) or (GROUP_WORDS.search(name) and not known):
            yield Hit(
                party.at("name"),
                f"“{name or case.names.item(party.id)}” looks like a group, not a legal person.",
                "List the bodies that make it up, and name one of them as host, “on behalf of” the group.",
            )


def _has_contact(case: Case, party: Party, function: str) -> bool:
    return any(row.get("of") == party.id and row.get("function") == function for row in case.rows("contacts"))


@rule("R02", "missing-party-core", "error", source="ICO Data Sharing Code of Practice; UK GDPR Art 37")
def missing_party_core(case: Case) -> Iterator[Hit]:
    """The ICO code expects roles, contacts and authorised sign-off; Art 37 a data protection officer for public bodies.

    A class of bodies is warned only, because each member gives its own on joining.
    """
    for party in case.members:
        severity: Severity | None = "warning" if party.is_class else None
        if not party.row.get("name"):
            yield Hit(
                party.at("name"), f"{case.names.item(party.id)} has no legal name.", "Enter the legal name.", severity
            )
        for function, words in NEEDED_CONTACTS:
            if function == "dpo" and not party.public_authority:
                continue
            if not _has_contact(case, party, function):
                yield Hit(
                    party.at(),
                    f"{case.names.item(party.id)} has no {words}.",
                    f"Add the {words} in contacts.",
                    severity,
                )


@rule("R03", "no-ico-registration", "warning", source="Data Protection (Charges and Information) Regulations 2018")
def no_ico_registration(case: Case) -> Iterator[Hit]:
    """A controller pays the data protection fee unless it is exempt."""
    for party in case.members:
        if not party.is_class and party.row.get("role") != "processor" and case.empty(party.at("ico_registration")):
            yield Hit(
                party.at("ico_registration"),
                f"{case.names.item(party.id)} has no ICO registration number.",
                "Enter the number, or say why it does not apply.",
            )


@rule(
    "R04",
    "academy-or-school-level",
    "warning",
    source="Academies Act 2010; UK GDPR Art 4(7)",
    narrowed="A legal identifier stands for the separate legal entity, which the schema does not ask for.",
)
def academy_or_school_level(case: Case) -> Iterator[Hit]:
    """An academy is run by its trust: the trust is the controller (UK GDPR Art 4(7))."""
    for party in case.members:
        name = str(party.row.get("name", ""))
        single = ONE_SCHOOL.search(name) and not TRUST.search(name)
        if "academy" in party.types and not party.is_class and single and not party.row.get("identifiers"):
            yield Hit(
                party.at("name"), f"“{name}” looks like one school; its trust is the controller.", "Enter the trust."
            )


@rule("R05", "gp-folded-into-icb", "error", source="UK GDPR Art 4(7)")
def gp_folded_into_icb(case: Case) -> Iterator[Hit]:
    """Each general practice is a controller of its own (UK GDPR Art 4(7)); a board does not share for it."""
    for flow in case.flows:
        for end, parties in (("from", flow.senders), ("to", flow.recipients)):
            only_icb = bool(parties) and all(
                "nhs-icb" in party.types and "gp-practice" not in party.types for party in parties
            )
            words = " ".join(str(item.get("name", "")) for item in flow.items)
            if only_icb and (GP_WORDS.search(words) or any(entry["id"] in GP_ITEMS for entry in flow.categories)):
                yield Hit(
                    flow.at(end),
                    "This flow holds general practice records, but names the integrated care board only.",
                    "Add the practices as partners, for example as a class of bodies that join.",
                )


@rule("R06", "flow-party-undeclared", "error", source="ICO Data Sharing Code of Practice")
def flow_party_undeclared(case: Case) -> Iterator[Hit]:
    """Every organisation in the sharing is identified: an end of a flow is a partner or an other.

    ICO Data Sharing Code of Practice: the agreement names all organisations involved.
    """
    for flow in case.flows:
        for end in ("from", "to"):
            for key in flow.row.get(end, ()):
                if key not in case.parties:
                    text = f"This flow names “{key}”, which is not a partner."
                    yield Hit(flow.at(end), text, "Add the partner, or choose another.")


@rule("R07", "controllership-unclear", "error", source="UK GDPR Art 26")
def controllership_unclear(case: Case) -> Iterator[Hit]:
    """Joint controllers need a transparent arrangement (UK GDPR Art 26)."""
    for party in case.members:
        if case.empty(party.at("role")):
            yield Hit(
                party.at("role"), f"{case.names.item(party.id)} has no role.", "Select controller, joint or processor."
            )
    if case.joint and case.empty("joint_duties"):
        yield Hit(
            "joint_duties",
            "Partners are joint controllers, and nothing says who does what.",
            "Add who tells people, who answers requests, the contact point and what is published.",
        )


@rule(
    "R08",
    "processor-without-art28",
    "error",
    source="UK GDPR Art 28(3)",
    narrowed="A partner's contract is looked for among the attached, nested, related and other documents, that of "
    "another body in its contract reference.",
)
def processor_without_art28(case: Case) -> Iterator[Hit]:
    """A processor acts under a contract (UK GDPR Art 28(3)); a sharing agreement is not one."""
    kinds = ((row, row.get("kind")) for row in case.rows("documents"))
    papers = {key for row, kind in kinds if isinstance(kind, dict) or kind in CONTRACTS for key in row.get("party", ())}
    for party in case.parties.values():
        processes = party.row.get("role") == "processor" or party.row.get("kind") in ("processor", "sub-processor")
        if processes and not party.row.get("contract") and party.id not in papers:
            yield Hit(
                party.at(),
                f"{case.names.item(party.id)} is a processor, and no contract is named.",
                "Enter the reference of the processing contract, or attach it as a document.",
            )


@rule("R09", "wrong-instrument", "warning", source="WASPI guidance; ICO Data Sharing Code of Practice")
def wrong_instrument(case: Case) -> Iterator[Hit]:
    """A disclosure agreement is for one way only; instructions to a processor need another paper."""
    ends = {(a.id, b.id) for flow in case.flows for a in flow.senders for b in flow.recipients if a.id != b.id}
    if case.get("about.kind") == "dda" and any((b, a) in ends for a, b in ends):
        yield Hit(
            "about.kind",
            "A data disclosure agreement runs one way, and these flows run both ways.",
            "Call it a data sharing agreement, or take the return flows out.",
        )
    recipients = {party.id: party for flow in case.flows for party in flow.recipients}
    if len(recipients) == 1 and next(iter(recipients.values())).row.get("role") == "processor":
        yield Hit(
            "about.kind",
            "The only recipient is a processor: it acts on instructions and does not share.",
            "Use a data processing agreement.",
        )


@rule(
    "R10",
    "mou-only",
    "warning",
    source="ICO Data Sharing Code of Practice",
    narrowed="“Listed public bodies” is read as the national bodies of the agency types.",
)
def mou_only(case: Case) -> Iterator[Hit]:
    """The ICO says that a memorandum alone is generally no data sharing agreement, except between departments."""
    central = all(CENTRAL & set(party.types) for party in case.members)
    if case.get("about.kind") == "mou" and case.members and not central:
        yield Hit(
            "about.kind",
            "A memorandum of understanding alone is generally not a data sharing agreement.",
            "Call it an information sharing agreement, and give it the content of one.",
        )
