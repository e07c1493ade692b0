"""Schemes as they were loaded; no row of them ever changes."""

from typing import Final

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from credit_rating.tables.columns import GRADES, KINDS, day, metadata, moment, whole, words

__all__ = ["scheme_cuts", "scheme_items", "scheme_values", "schemes"]

schemes: Final = Table(
    "schemes",
    metadata,
    Column("version", Text, primary_key=True),
    words("name_zh"),
    words("name_en"),
    day("in_force_from"),
    words("cycle"),
    whole("base_cap_tenths"),
    whole("good_cap_tenths"),
    whole("aaa_single_bad_below_tenths"),
    whole("aaa_grave_free_months"),
    whole("repeat_window_months"),
    Column("repeat_factors_tenths", ARRAY(Integer), nullable=False),
    whole("repeat_round_to_tenths"),
    whole("first_score_days"),
    words("records_all"),
    moment("loaded_at"),
    words("loaded_by"),
    Index("ix_schemes_in_force_from", "in_force_from", "loaded_at"),
)

scheme_cuts: Final = Table(
    "scheme_cuts",
    metadata,
    Column("scheme", Text, ForeignKey("schemes.version"), primary_key=True),
    Column("grade", Text, primary_key=True),
    whole("at_least_tenths"),
    CheckConstraint(f"grade IN {GRADES}", name="grade"),
)

scheme_items: Final = Table(
    "scheme_items",
    metadata,
    Column("scheme", Text, ForeignKey("schemes.version"), primary_key=True),
    Column("code", Text, primary_key=True),
    whole("place"),
    words("kind"),
    words("severity", nullable=True),
    whole("validity_months"),
    whole("year_cap_tenths", nullable=True),
    Column("recorders", ARRAY(Text), nullable=False),
    words("name_zh"),
    words("name_en"),
    words("evidence"),
    words("basis"),
    words("leads_to"),
    words("cause", nullable=True),
    words("source"),
    words("tag"),
    CheckConstraint(f"kind IN {KINDS}", name="kind"),
    CheckConstraint("severity IN ('minor', 'general', 'grave')", name="severity"),
    CheckConstraint("(kind = 'bad') = (severity IS NOT NULL)", name="severity_of_bad"),
)

scheme_values: Final = Table(
    "scheme_values",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("variant", Text, primary_key=True),
    whole("place"),
    words("name_zh"),
    words("name_en"),
    whole("points_tenths"),
    ForeignKeyConstraint(["scheme", "code"], ["scheme_items.scheme", "scheme_items.code"]),
    CheckConstraint("points_tenths >= 0", name="points"),
)
