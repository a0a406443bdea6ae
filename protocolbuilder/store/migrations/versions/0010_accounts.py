"""Accounts, passkeys, sessions, one-time codes, and organisations' own sign-in."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _proofs()
    _sessions()
    _providers()


def _proofs() -> None:
    op.create_table(
        "accounts",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("uniquifier", sa.String(64), nullable=False),
        sa.Column("handle", sa.String(64), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("password_at", UtcTime),
        sa.Column("totp", sa.Text, nullable=False),
        sa.Column("totp_counter", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_accounts"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_accounts_person_people"),
        sa.UniqueConstraint("uniquifier", name="uq_accounts_uniquifier"),
        sa.UniqueConstraint("handle", name="uq_accounts_handle"),
        comment="How a person proves who they are: password (argon2id), secret of an authenticator app (encrypted)",
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("spent_at", UtcTime),
        sa.PrimaryKeyConstraint("person", "digest", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name="fk_recovery_codes_person_accounts"),
        comment="Codes for whoever lost their second factor, hashed; each works once",
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("transports", sa.Text, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name="fk_passkeys_person_accounts"),
        comment="Public keys of a person's passkeys (WebAuthn)",
    )
    op.create_index("ix_passkeys_person", "passkeys", ["person"])


def _sessions() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("device", sa.String(100), nullable=False),
        sa.Column("begun_at", UtcTime, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.Column("proved_at", UtcTime),
        sa.Column("ended_at", UtcTime),
        sa.Column("why", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sign_ins"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sign_ins_person_people"),
        sa.UniqueConstraint("digest", name="uq_sign_ins_digest"),
        sa.CheckConstraint("stage IN ('half', 'whole')", name="ck_sign_ins_stage_known"),
        comment="Sessions. The browser holds the token, we its hash; a half session waits for the second factor",
    )
    op.create_index("ix_sign_ins_person", "sign_ins", ["person"])
    op.create_table(
        "sign_in_codes",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64)),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("spent_at", UtcTime),
        sa.PrimaryKeyConstraint("number", name="pk_sign_in_codes"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sign_in_codes_person_people"),
        sa.UniqueConstraint("kind", "digest", name="uq_sign_in_codes_kind_digest"),
        comment="One-time codes and links, hashed: each works once, for a short time, for one purpose",
    )
    op.create_index("ix_sign_in_codes_kind_person", "sign_in_codes", ["kind", "person"])


def _providers() -> None:
    op.create_table(
        "providers",
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("acr", sa.Text, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_providers"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_providers_organisation_organisations"),
        sa.UniqueConstraint("issuer", name="uq_providers_issuer"),
        comment="An organisation's own sign-in (OpenID Connect), one each; the client's secret is encrypted",
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_identities_person_people"),
        comment="Who a provider says somebody is: issuer and subject, never an address of mail",
    )
    op.create_index("ix_identities_person", "identities", ["person"])
