"""The data layer: every line of SQL that the two programs run on PostgreSQL."""
