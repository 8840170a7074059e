"""The register in a database: schema, migrations and every query. Nobody else writes SQL."""
