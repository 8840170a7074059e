"""Where the project's own files are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DEPLOY = ROOT / "deploy"
SHARED = ROOT.parent / "shared"
"""Real data for measuring; tests that use it skip where it is absent."""
