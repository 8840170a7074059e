"""KIS: master files, sector codes, the token of its REST API."""
