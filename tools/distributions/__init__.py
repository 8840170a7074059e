"""Builds the wheels and sdists of core and of every market, checks them, and tries them out.

`tox -e build` runs `build`, `check` and `try_out` in this order over the folder `dist`.
"""
