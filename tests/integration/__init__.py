"""Tests of whole commands in this process, against a sandbox and a real register."""
