"""Territories, estates, their buildings, and what holds at each estate from which day on.

Periods are half-open: `ends_on` is not in. What a table cannot say here (no overlap, no gap) stands in the
first migration.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.tables.columns import code, estate_id, metadata, text, whole
from shared.storage import DISTRICT, led_index, readable, territory_column

__all__ = [
    "buildings",
    "estate_modes",
    "estate_serials",
    "estate_sources",
    "estates",
    "operator_assignments",
    "territories",
]

MODES: Final = "('standard_property', 'quasi_service', 'owner_self_rule', 'community_management')"
OPERATOR_KINDS: Final = "('company', 'self_rule', 'custody', 'interim')"

territories: Final = Table(
    "territories",
    metadata,
    Column("code", Text(collation="C"), primary_key=True),
    text("name"),
    code("parent", nullable=True),
    text("level"),
    text("kind"),
    text("name_key"),
    Column("name_grams", ARRAY(Text), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    text("source"),
    Index("ix_territories_parent", "parent", "code"),
    Index("ix_territories_level", "level", "code"),
    Index("ix_territories_name_grams", "name_grams", postgresql_using="gin"),
)

estate_serials: Final = Table(
    "estate_serials",
    metadata,
    Column("town", Text(collation="C"), primary_key=True),
    whole("last"),
)

estates: Final = Table(
    "estates",
    metadata,
    Column("id", Uuid, primary_key=True),
    code("code"),
    territory_column(),
    code("town"),
    text("name"),
    text("name_key"),
    Column("name_grams", ARRAY(Text), nullable=False),
    text("address"),
    text("address_key"),
    whole("year_built", nullable=True),
    Column("area_m2x100", BigInteger, nullable=False),
    whole("buildings"),
    whole("households"),
    Column("three_no", Boolean, nullable=False),
    whole("stated_fee_low_fen", nullable=True),
    whole("stated_fee_high_fen", nullable=True),
    text("stated_operator", nullable=True),
    text("mode"),
    text("operator_kind"),
    text("operator_org", nullable=True),
    text("operator_custodian", nullable=True),
    Column("registered_on", Date, nullable=False),
    Column("covered_from", Date, nullable=False),
    whole("version"),
    CheckConstraint(f"mode IN {MODES}", name="mode"),
    CheckConstraint(f"operator_kind IN {OPERATOR_KINDS}", name="operator_kind"),
    CheckConstraint("area_m2x100 >= 0 AND buildings >= 0 AND households >= 0", name="counts"),
    CheckConstraint("covered_from <= registered_on", name="covered_from"),
    UniqueConstraint("code"),
    UniqueConstraint("town", "name_key", "address_key"),
    Index("ix_estates_territory", "territory", "code"),
    led_index("ix_estates_district_code", DISTRICT, "code", "territory"),
    Index("ix_estates_mode", "mode", "territory", "code"),
    Index("ix_estates_operator_kind", "operator_kind", "territory", "code"),
    Index("ix_estates_operator_org", "operator_org", "territory", "code"),
    Index("ix_estates_three_no", "three_no", "territory", "code"),
    Index("ix_estates_name_grams", "name_grams", postgresql_using="gin"),
)
readable(
    estates,
    "id code territory town name year_built area_m2x100 buildings households three_no stated_fee_low_fen "
    "stated_fee_high_fen mode operator_kind operator_org operator_custodian registered_on covered_from "
    "version",
)

# How each source names an estate: by its own number, or by town, name and address.
estate_sources: Final = Table(
    "estate_sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    estate_id(),
    Column("content_hash", LargeBinary, nullable=False),
    Index("ix_estate_sources_estate", "estate_id"),
)

buildings: Final = Table(
    "buildings",
    metadata,
    estate_id(primary_key=True),
    Column("no", Text, primary_key=True),
    whole("floors"),
    whole("entrances"),
    whole("households"),
    Column("area_m2x100", BigInteger, nullable=False),
    CheckConstraint("floors >= 0 AND entrances >= 0 AND households >= 0 AND area_m2x100 >= 0", name="counts"),
)

estate_modes: Final = Table(
    "estate_modes",
    metadata,
    Column("id", Uuid, primary_key=True),
    estate_id(),
    text("mode"),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    text("reason"),
    CheckConstraint(f"mode IN {MODES}", name="mode"),
    CheckConstraint("ends_on > starts_on", name="period"),
    Index("ix_estate_modes_estate", "estate_id", "starts_on"),
)

operator_assignments: Final = Table(
    "operator_assignments",
    metadata,
    Column("id", Uuid, primary_key=True),
    estate_id(),
    text("kind"),
    text("org", nullable=True),
    text("custodian", nullable=True),
    Column("contract_id", Uuid, ForeignKey("contracts.id")),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    text("reason"),
    CheckConstraint(f"kind IN {OPERATOR_KINDS}", name="kind"),
    CheckConstraint(
        "(kind <> 'company' OR org IS NOT NULL) AND (org IS NULL) <> (custodian IS NULL)", name="who"
    ),
    CheckConstraint("ends_on > starts_on", name="period"),
    Index("ix_operator_assignments_estate", "estate_id", "starts_on"),
)
