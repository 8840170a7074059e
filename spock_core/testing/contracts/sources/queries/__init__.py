"""The contracts of a query source, a file a subject."""
