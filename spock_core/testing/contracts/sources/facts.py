"""Contracts of what a source states of itself, and of its files."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from spock_core.domain import Market
from spock_core.domain.tables import DelimitedText, JsonRecords, SourceTerms, TableFile
from spock_core.plugins.checking import iso_codes
from spock_core.plugins.contributions import owners_of_sources
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import BUILT_IN
from spock_core.sources.tables.fetch import PAGE
from spock_core.testing.asked_source import AskedSource, raw_source
from spock_core.testing.contracts.facts import plain_name, project_above
from spock_core.testing.contracts.sources.base import (
    SourceContracts,
    check_is_installed,
    made_up_tables,
)
from spock_core.testing.contracts.sources.terms import TermsContracts, requires
from spock_core.testing.failures import fail
from spock_core.testing.installed import NEIGHBOUR, market_alone

CORE = "spock-core"
"""The distribution of core."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of an HTTP header (RFC 9110, 5.1)."""
_IN_BRACES = re.compile(r"{(\w+)}")


class SourceFactContracts(SourceContracts):
    """Contracts of every source that need neither listing nor table."""

    def test_the_installed_plugin_brings_the_source(self, request: pytest.FixtureRequest) -> None:
        """The source is installed, and is the one of this distribution."""
        name = self.stated.source
        check_is_installed(name)
        plugins = load_plugins()
        key = owners_of_sources(plugins)[name]
        owner = next((one.distribution for one in plugins.plugins if one.key == key), key)
        owner = CORE if key in BUILT_IN else owner
        wanted = self.stated.distribution or project_above(request.path)
        if wanted is not None and plain_name(owner) != plain_name(wanted):
            fail(
                f"source {name} is brought by {owner}, not by {wanted}",
                f"install this package (pip install -e .), and give the source another name or "
                f"uninstall {owner}",
            )

    def test_it_says_the_same_of_itself_each_time(self, source: AskedSource) -> None:
        """Its name, its provider and its terms do not change."""
        again = raw_source(load_plugins(), source.name)
        for what in ("counts_as", "from_listings_alone", "about"):
            one, other = getattr(source.raw, what, None), getattr(again, what, None)
            if one != other:
                fail(
                    f"{what} of source {source.name} is {one!r} and then {other!r}",
                    f"let {what} be a constant of its class",
                )

    def test_its_regions_are_countries(self) -> None:
        """Each region that it states is in ISO 3166."""
        check_is_installed(self.stated.source)
        about = getattr(raw_source(load_plugins(), self.stated.source), "about", None)
        for region in getattr(about, "regions", ()):
            if iso_codes.country_name(region) is None:
                fail(
                    f"source {self.stated.source} states region {region!r}, which is not in ISO "
                    "3166",
                    "give the two-letter codes of countries, or () for all",
                )


class TableFactContracts(TermsContracts):
    """Contracts of what a table source states."""

    def test_its_files_can_be_asked_for(self, source: AskedSource, market: Market) -> None:
        """Plain names, web addresses, headings, formats and headers that are possible."""
        files = source.files(market)
        names = [one.name for one in files]
        for one in files:
            if names.count(one.name) > 1:
                fail(
                    f"source {source.name} has two files with the name {one.name}",
                    "give each its own name",
                )
            for fault, advice in _faults_of_file(one, names, requires(source)):
                fail(f"file {one.name!r} of source {source.name}: {fault}", advice)
        if source.files(market) != files:
            fail(
                f"files of source {source.name} are others each time",
                "let files follow from the market alone",
            )

    def test_its_made_up_files_have_their_documented_names(
        self, source: AskedSource, market: Market, files: list[Any]
    ) -> None:
        """The hook for the sandbox gives its files, and none for a market that it does not know."""
        for file in files:
            file.read()  # raises what is wrong with it
        needed = {one.name for one in source.files(market) if not one.optional}
        missing = needed - {file.about.name for file in files}
        if missing:
            fail(
                f"spock_sandbox_tables has no {min(missing)} for {market.region}",
                "return all files of the source that are not optional",
            )
        about: SourceTerms = source.raw.about
        if about.regions and NEIGHBOUR not in about.regions:
            strange = [one.name for one in source.files(market) if one.name in _of_stranger()]
            if strange:
                fail(
                    f"spock_sandbox_tables gives {strange[0]} for region {NEIGHBOUR}, which source "
                    f"{source.name} does not state",
                    "return {} for a market of which the source knows nothing",
                )


def _of_stranger() -> set[str]:
    return set(made_up_tables(market_alone(NEIGHBOUR).markets[NEIGHBOUR].region))


def _faults_of_file(
    file: TableFile, names: list[str], required: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with a file, each with what to give instead."""
    if not re.fullmatch(r"[^/\\\x00-\x1f]+", file.name) or file.name.startswith("."):
        yield "its name is no name of a file", "give a plain name, without a folder"
    parts = urlsplit(file.address)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        yield f"its address is {file.address!r}", "give the web address: https://…"
    if not file.needs:
        yield "it needs no heading, so that any file would do", "name the columns that rows reads"
    has_pages = isinstance(file.format, JsonRecords) and bool(file.format.pages)
    if {PAGE in file.name, PAGE in file.address, has_pages} == {True, False}:
        yield (
            "its name, its address and its format do not agree on pages",
            f"write {PAGE} in name and address, and pages=(…) in JsonRecords, or none of them",
        )
    if isinstance(file.format, DelimitedText):
        if len(file.format.separator) != 1:
            yield f"its separator is {file.format.separator!r}", "give one character"
        try:
            codecs.lookup(file.format.encoding)
        except LookupError:
            yield f"its encoding is {file.format.encoding!r}", "give one that Python knows"
    if file.instead_of and file.instead_of not in names:
        yield f"it is there instead of {file.instead_of!r}", "name another file of the source"
    for name, value in file.headers.items():
        if not _TOKEN.fullmatch(name) or not value.isascii() or not value.isprintable():
            yield f"its header {name!r} cannot be sent", "write it in printable ASCII"
        for setting in set(_IN_BRACES.findall(value)) - set(required):
            yield f"its header {name} contains {{{setting}}}", "name that setting in requires"
