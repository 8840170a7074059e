"""Writes rows of a register as Parquet, Arrow, CSV or lines of JSON."""
