"""Audits of the register: how accurate its sectors are."""
