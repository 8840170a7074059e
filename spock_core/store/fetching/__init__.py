"""What has been fetched, and what is still to be asked: tables, screens, pending stocks."""
