"""The tables of organisations and people. They belong to the same metadata as those of `tables`."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from protocolbuilder.store.tables import ADDRESS, CONTENT, PERSON, SIGNATURE, WORDS, UtcTime, metadata

__all__ = [
    "PERSON", "WORDS", "agreement_parties", "assurances", "contacts", "evidence_files", "known_as", "memberships",
    "metadata", "organisations", "partnership", "people", "security_events", "sign_offs",
]  # fmt: skip

organisations = Table(
    "organisations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("short", Text, nullable=False),
    Column("agency_types", Text, nullable=False),
    Column("identifiers", Text, nullable=False),
    Column("sector", String(32), nullable=False),
    Column("nation", String(32), nullable=False),
    Column("departments", Text, nullable=False),
    Column("sponsor", String(64), ForeignKey("organisations.id")),
    Column("contact", Text, nullable=False),
    Column("sample", Integer, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("sample IN (0, 1)", name="sample_or_not"),
    comment="Organisations of the partnership. One that was removed keeps its row for what names it",
)

assurances = Table(
    "assurances",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    Column("reference", Text, nullable=False),
    Column("begins", String(10), nullable=False),
    Column("expires", String(10), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("recorded_by", Text, nullable=False, info=SIGNATURE),
    Column("recorded_at", UtcTime, nullable=False),
    Column("replaced_at", UtcTime),
    Index("ix_assurances_organisation", "organisation"),
    comment="What an organisation shows of its care for information; what was replaced is kept",
)

evidence_files = Table(
    "evidence_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", UtcTime, nullable=False),
    comment="The bytes of evidence, by their hash: the same file is kept once, whatever it is called",
)

people = Table(
    "people",
    metadata,
    Column("id", String(64), primary_key=True, info=PERSON),
    Column("name", Text, nullable=False, info=WORDS),
    Column("post", Text, nullable=False, info=WORDS),
    Column("email", Text, nullable=False, info=WORDS),
    Column("telephone", Text, nullable=False, info=WORDS),
    Column("active", Integer, nullable=False),
    Column("sample", Integer, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("erased_at", UtcTime),
    CheckConstraint("active IN (0, 1)", name="active_or_not"),
    CheckConstraint("sample IN (0, 1)", name="sample_or_not"),
    Index(
        "uq_people_email", "email", unique=True, sqlite_where=text("email <> ''"), postgresql_where=text("email <> ''")
    ),
    comment="People who take part, or did. An erased one keeps a row without a word about them",
)

known_as = Table(
    "known_as",
    metadata,
    Column("person", String(64), ForeignKey("people.id"), primary_key=True, info=PERSON),
    Column("kind", String(16), primary_key=True),
    Column("said", Text, primary_key=True, info=WORDS),
    Column("since", UtcTime, nullable=False),
    CheckConstraint("kind IN ('signature', 'address')", name="kind_known"),
    comment="Names with posts, and addresses of mail, that a person was known by here: what they did is found by them",
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(64), ForeignKey("people.id"), nullable=False, info=PERSON),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("roles", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),
    Index("ix_memberships_person", "person"),
    Index("ix_memberships_organisation", "organisation"),
    Index(
        "uq_memberships_now", "person", "organisation", unique=True,
        sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL"),
    ),
    comment="Which roles a person held in an organisation, from when to when",
)  # fmt: skip

contacts = Table(
    "contacts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("name", Text, nullable=False, info=WORDS),
    Column("post", Text, nullable=False, info=WORDS),
    Column("person", String(64), ForeignKey("people.id"), info=PERSON),
    Column("email", Text, nullable=False, info=ADDRESS),
    Column("telephone", Text, nullable=False, info=WORDS),
    Column("confirmed_at", UtcTime, nullable=False),
    Column("confirmed_by", Text, nullable=False, info=SIGNATURE),
    Index("ix_contacts_organisation", "organisation"),
    comment="Whom to ask about what, by organisation and topic, and when somebody last said that it holds",
)

security_events = Table(
    "security_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("what", String(64), nullable=False),
    Column("about", Text, nullable=False, info={"about": "ids"}),
    Column("by", String(64), nullable=False, info=PERSON),
    Column("at", UtcTime, nullable=False),
    comment="Every change of people, roles and organisations, by ids. Triggers refuse UPDATE and DELETE",
)

agreement_parties = Table(
    "agreement_parties",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("party", String(64), primary_key=True),
    Column("since", UtcTime, primary_key=True),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("until", UtcTime),
    Index("ix_agreement_parties_organisation", "organisation"),
    comment="Which partner of an agreement is which organisation of the directory, from when to when",
)

partnership = Table(
    "partnership",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False, info=CONTENT),
    Column("sample", Integer, nullable=False),
    Column("message_changed_at", UtcTime, nullable=False),
    Column("changed_by", Text, nullable=False, info=SIGNATURE),
    Column("changed_at", UtcTime, nullable=False),
    CheckConstraint("sample IN (0, 1)", name="sample_or_not"),
    comment="The partnership as it was said each time: host, members, law, message, vision. Triggers refuse UPDATE",
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("organisation", String(64), ForeignKey("organisations.id"), primary_key=True),
    Column("vision_sha256", String(64), primary_key=True),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("signed_by", Text, nullable=False, info=SIGNATURE),
    Column("signed_at", UtcTime, nullable=False),
    comment="Which member signed off which words of the shared vision. Triggers refuse UPDATE",
)
