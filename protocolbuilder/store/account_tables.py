"""The tables of how people sign in. They belong to the same metadata as those of `tables`."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from protocolbuilder.store.tables import PERSON, SECRET, WORDS, UtcTime, metadata

__all__ = [
    "accounts", "identities", "invitations", "mail_secrets", "metadata", "passkeys", "providers", "recovery_codes",
    "sign_in_codes", "sign_ins",
]  # fmt: skip

accounts = Table(
    "accounts",
    metadata,
    Column("person", String(64), ForeignKey("people.id"), info=PERSON, primary_key=True),
    Column("uniquifier", String(64), nullable=False, info=SECRET),
    Column("handle", String(64), nullable=False, info=SECRET),
    Column("password", Text, nullable=False, info=SECRET),
    Column("password_at", UtcTime),
    Column("totp", Text, nullable=False, info=SECRET),
    Column("totp_counter", BigInteger, nullable=False, info=SECRET),
    UniqueConstraint("uniquifier"),
    UniqueConstraint("handle"),
    comment="How a person proves who they are: password (argon2id), secret of an authenticator app (encrypted)",
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person", String(64), ForeignKey("accounts.person"), info=PERSON, primary_key=True),
    Column("digest", String(64), primary_key=True, info=SECRET),
    Column("spent_at", UtcTime),
    comment="Codes for whoever lost their second factor, hashed; each works once",
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True, info=SECRET),
    Column("person", String(64), ForeignKey("accounts.person"), info=PERSON, nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Index("ix_passkeys_person", "person"),
    comment="Public keys of a person's passkeys (WebAuthn)",
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, info=SECRET),
    Column("person", String(64), ForeignKey("people.id"), info=PERSON, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("device", String(100), nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("proved_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("why", String(32), nullable=False),
    Column("organisation", String(64)),
    UniqueConstraint("digest"),
    CheckConstraint("stage IN ('half', 'whole')", name="stage_known"),
    Index("ix_sign_ins_person", "person"),
    comment="Sessions. The browser holds the token, we its hash; a half session waits for the second factor",
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("digest", String(64), nullable=False, info=SECRET),
    Column("person", String(64), ForeignKey("people.id"), info=PERSON),
    Column("about", Text, nullable=False, info=SECRET),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("spent_at", UtcTime),
    UniqueConstraint("kind", "digest", name="uq_sign_in_codes_kind_digest"),
    Index("ix_sign_in_codes_kind_person", "kind", "person"),
    comment="One-time codes and links, hashed: each works once, for a short time, for one purpose",
)

providers = Table(
    "providers",
    metadata,
    Column("organisation", String(64), ForeignKey("organisations.id"), primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("secret", Text, nullable=False, info=SECRET),
    Column("acr", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    UniqueConstraint("issuer"),
    comment="An organisation's own sign-in (OpenID Connect), one each; the client's secret is encrypted",
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person", String(64), ForeignKey("people.id"), info=PERSON, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index("ix_identities_person", "person"),
    comment="Who a provider says somebody is: issuer and subject, never an address of mail",
)

invitations = Table(
    "invitations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("person", String(64), ForeignKey("people.id"), info=PERSON, nullable=False),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("name", Text, info=WORDS, nullable=False),
    Column("post", Text, info=WORDS, nullable=False),
    Column("roles", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("made_by", String(64), info=PERSON, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", String(16), nullable=False),
    CheckConstraint("outcome IN ('', 'accepted', 'cancelled')", name="outcome_known"),
    CheckConstraint("(ended_at IS NULL) = (outcome = '')", name="outcome_when_ended"),
    Index("ix_invitations_organisation", "organisation"),
    Index(
        "uq_invitations_waiting", "person", "organisation", unique=True,
        sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
    ),
    comment="Who was asked to join which organisation. The words typed for it go when it ends",
)  # fmt: skip

mail_secrets = Table(
    "mail_secrets",
    metadata,
    Column("mail", Integer, ForeignKey("mails.id"), primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("person", String(64), ForeignKey("people.id"), info=PERSON, nullable=False),
    Column("address", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("made_at", UtcTime),
    Column("withdrawn_at", UtcTime),
    Index("ix_mail_secrets_person", "person"),
    comment="Which link or code a mail tells, made when it is sent. Neither it nor its hash is here",
)
