"""The recipe by which the sandbox and the tests make up lists of Taiwan."""

from __future__ import annotations

from spock_core import ListRecipe, Offshoot, Recipe, SecurityType, tickers_like

_PREFERRED = Offshoot(SecurityType.PREFERRED, 0.02, "{root}{letter}", "{name} PREFERRED {letter}")

RECIPE = Recipe(
    region="TW",
    legal_forms=("CO LTD", "CORP", "TECHNOLOGY CO LTD"),
    lists=(
        ListRecipe(
            "XTAI",
            tickers_like("2330"),
            stocks=1_010,
            offshoots=(_PREFERRED,),
            lots=(1000,),
        ),
        ListRecipe(
            "ROCO",
            tickers_like("8069"),
            stocks=830,
            lots=(1000,),
        ),
    ),
)
