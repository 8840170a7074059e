"""Limits: how often a provider is asked, how soon again, and when no more. Counted on the wire."""
