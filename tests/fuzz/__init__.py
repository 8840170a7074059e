"""Coverage-guided fuzzing of the parsers of outside data, with atheris."""
