"""Programs of the maintainers: they build, check and document Spock, and are not distributed."""
