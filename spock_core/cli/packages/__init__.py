"""Writes packages of plugins from templates: what their commands share."""
