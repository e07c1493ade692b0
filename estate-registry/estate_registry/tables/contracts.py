"""Service contracts, the estates each covers, and the companies the register has heard of."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from estate_registry.tables.columns import estate_id, metadata, text, whole
from shared.storage import readable, territory_column

__all__ = ["contract_estates", "contracts", "known_companies"]

contracts: Final = Table(
    "contracts",
    metadata,
    Column("id", Uuid, primary_key=True),
    text("contract_no"),
    territory_column(),
    text("org"),
    whole("fee_fen_per_m2_month"),
    Column("starts_on", Date, nullable=False),
    Column("agreed_end", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("signed_on", Date, nullable=False),
    text("status"),
    Column("filing_due", Date, nullable=False),
    Column("filed_on", Date),
    text("filing_no", nullable=True),
    Column("filing_overdue", Boolean, nullable=False),
    whole("filing_days"),
    whole("dismissal_notice_days"),
    whole("renewal_notice_days"),
    Column("renewal_notice_by", Date, nullable=False),
    Column("notice_served_on", Date),
    text("end_reason", nullable=True),
    whole("version"),
    CheckConstraint("status IN ('signed', 'filed', 'ended')", name="status"),
    CheckConstraint(
        "ends_on > starts_on AND ends_on <= agreed_end AND fee_fen_per_m2_month >= 0", name="terms"
    ),
    UniqueConstraint("contract_no"),
    Index("ix_contracts_territory", "territory", "id"),
    Index("ix_contracts_filing_overdue", "filing_overdue", "territory", "id"),
    Index("ix_contracts_ends_on", "ends_on", "id"),
    Index("ix_contracts_org", "org", "territory", "id"),
)
readable(
    contracts,
    "id contract_no territory org fee_fen_per_m2_month starts_on agreed_end ends_on signed_on status "
    "filing_due filed_on filing_no filing_overdue version",
)

contract_estates: Final = Table(
    "contract_estates",
    metadata,
    Column("contract_id", Uuid, ForeignKey("contracts.id"), primary_key=True),
    estate_id(primary_key=True),
    text("org"),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Index("ix_contract_estates_estate", "estate_id", "starts_on"),
)

known_companies: Final = Table(
    "known_companies",
    metadata,
    Column("org", Text, primary_key=True),
    text("name", nullable=True),
    text("grade", nullable=True),
    Column("graded_on", Date),
)
