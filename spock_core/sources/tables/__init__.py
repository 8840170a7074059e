"""Table sources: tables that registers and index providers publish, fetched, read and matched."""
