"""The codes of the world, as the installed lists have them."""

from __future__ import annotations

import re

from spock_core.plugins.checking import iso_codes


def test_every_venue_is_in_a_country_of_two_letters():
    strange = {
        mic: country
        for mic, (_, country, _) in iso_codes.mics().items()
        if not re.fullmatch("[A-Z]{2}", country)
    }
    assert not strange


def test_countries_whose_code_is_a_word_of_python_have_their_venues():
    assert iso_codes.venues_of("IN") == ["XBOM", "XNSE"]
    assert iso_codes.venues_of("IS") == ["XICE"]
