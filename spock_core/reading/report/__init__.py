"""The report on a register: one HTML file, without scripts and outside requests."""
