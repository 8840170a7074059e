"""The register: its schema, and every query."""
