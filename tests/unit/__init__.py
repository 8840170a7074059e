"""Tests of one piece: no register, no sandbox."""
