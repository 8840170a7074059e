"""What holds where only some of the packages are installed: see tox.ini."""
