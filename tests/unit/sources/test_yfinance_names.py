"""The private and undocumented names of yfinance that Spock uses have the shapes it relies on."""

from __future__ import annotations

import inspect

import yfinance
from yfinance import cache, const
from yfinance.data import SingletonMeta, YfData
from yfinance.exceptions import YFException

from spock_core.sources.yahoo.client import _MemoryCookieCache


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_the_one_client_is_held_in_a_dict_by_its_class():
    assert type(YfData) is SingletonMeta
    assert isinstance(SingletonMeta._instances, dict)
    before = SingletonMeta._instances.pop(YfData, None)
    try:
        client = YfData()
        assert SingletonMeta._instances[YfData] is client is YfData()
        del SingletonMeta._instances[YfData]
        assert YfData() is not client
    finally:
        SingletonMeta._instances.pop(YfData, None)
        if before is not None:
            SingletonMeta._instances[YfData] = before


def test_the_cookie_cache_in_use_can_be_put_aside_and_back():
    manager = cache._CookieCacheManager
    before, ours = manager._Cookie_cache, _MemoryCookieCache()
    manager._Cookie_cache = ours
    try:
        assert cache.get_cookie_cache() is ours
    finally:
        manager._Cookie_cache = before


def test_a_cookie_cache_is_asked_as_yfinances_own():
    for name in ("lookup", "store"):
        own = parameters(getattr(cache._CookieCache, name))
        assert parameters(getattr(_MemoryCookieCache, name)) == own
    ours = _MemoryCookieCache()
    assert ours.lookup("curlCffi") is None
    ours.store("curlCffi", "a cookie")
    assert ours.lookup("curlCffi") == {"cookie": "a cookie"}
    ours.store("curlCffi", None)
    assert ours.lookup("curlCffi") is None


def test_questions_take_what_they_are_asked_with():
    assert {"session"} <= set(parameters(YfData.__init__))
    assert {"url", "params"} <= set(parameters(YfData.get_raw_json))
    assert {"query", "size", "offset", "sortField", "sortAsc"} <= set(parameters(yfinance.screen))
    assert {"operator", "operand"} <= set(parameters(yfinance.EquityQuery))
    assert issubclass(YFException, Exception)


def test_tables_map_text_to_text():
    for sector, industries in const.SECTOR_INDUSTY_MAPPING.items():
        assert isinstance(sector, str)
        assert all(isinstance(industry, str) for industry in industries)
    exchanges = const.EQUITY_SCREENER_EQ_MAP["exchange"]
    assert len(exchanges) > 30
    for country, codes in exchanges.items():
        assert country == country.lower()
        assert all(isinstance(code, str) for code in codes)
    suffixes = const._MIC_TO_YAHOO_SUFFIX
    assert (suffixes["XTKS"], suffixes["XNYS"]) == ("T", "")
    assert all(isinstance(suffix, str) for suffix in suffixes.values())
