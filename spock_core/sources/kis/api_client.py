"""Requests to KIS's REST API: one product a request, with a token that is kept between runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from spock_core.domain.errors import ProviderError, TransientError, Unreadable, UsageError
from spock_core.domain.text import sanitize
from spock_core.settings.credentials import Credentials, credentials
from spock_core.settings.model import Settings
from spock_core.sources.documents import Text
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.judge import Judge
from spock_core.sources.kis.token import access_token, forget_token
from spock_core.sources.queries.web_service import WebService

PATH = "/uapi/overseas-price/v1/quotations/search-info"
TR_ID = "CTPF1702R"
"""KIS's number of the request for a product."""
TOO_MANY = "EGW00201"
"""KIS's code, with HTTP status 500, for more requests a second than it allows."""
LONGEST = 200
"""Characters of a field."""


def _text_or_empty(value: Any) -> Any:
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


class _Envelope(BaseModel):
    rt_cd: Annotated[Text, Field(max_length=10)]
    msg_cd: Annotated[Text, Field(max_length=20)] = ""
    msg1: Annotated[Text, Field(max_length=1_000)] = ""
    output: dict[str, Annotated[Text, BeforeValidator(_text_or_empty)]] = {}


class KisJudge(Judge):
    """Tells answers of KIS's REST API from refusals by its codes."""

    def is_throttling(self, answer: Answer) -> bool:
        """See `Judge.is_throttling`."""
        if super().is_throttling(answer):
            return True
        return answer.status_code == 500 and _code(answer) == TOO_MANY

    def wants_data(self, url: str) -> bool:
        """Whether a URL returns data. A token alone does not show that questions are answered."""
        return url.partition("?")[0].endswith(PATH)

    def decode(self, url: str, answer: Answer) -> int | None:
        """See `Judge.decode`."""
        read_envelope(answer.document)
        return 0

    def refusal(self, url: str, answer: Answer) -> str:
        """See `Judge.refusal`: with KIS's code."""
        code = _code(answer)
        return f"HTTP {answer.status_code}" + (f" ({code})" if code else "")


class KisApiClient:
    """Asks for products. May be used from several threads, which share one token."""

    def __init__(self, service: WebService, base: str, settings: Settings) -> None:
        self._service = service
        self._base = base
        self._settings = settings
        self._lock = threading.Lock()
        self._headers: dict[str, str] = {}
        self._is_old = False
        """Whether the token is one that an earlier run has fetched."""

    def product(self, product_type: str, number: str) -> Mapping[str, str]:
        """Returns KIS's fields of a product by name, each text; empty if KIS does not know it.

        Raises `TransientError` for an outage, `Unreadable` for nonsense and `ProviderError` if KIS
        refuses the key.
        """
        params = {"PRDT_TYPE_CD": product_type, "PDNO": number}
        session = self._service.session
        try:
            response = session.get(self._base + PATH, params=params, headers=self._authorized())
        except TransientError as error:
            if error.outcome == "http_500":  # so KIS also answers to a token that has expired
                self._renew()
            raise
        if response.status_code != 200:
            code = _code(response)
            if response.status_code in (401, 403) and self._renew():
                raise TransientError(f"KIS no longer takes the token ({code})")
            raise ProviderError(f"KIS refuses the request: HTTP {response.status_code} {code}")
        return read_envelope(response.json()).output

    def _authorized(self) -> dict[str, str]:
        """The headers of every request; the first fetches a token, where none is kept."""
        with self._lock:
            if not self._headers:
                key, secret = self._given()
                token = access_token(
                    self._service.session,
                    self._base,
                    key,
                    secret,
                    self._settings.cache_folder,
                    datetime.now(UTC),
                )
                self._is_old = token.from_cache
                self._headers = {
                    "authorization": f"Bearer {token.value.get_secret_value()}",
                    "appkey": key.get_secret_value(),
                    "appsecret": secret.get_secret_value(),
                    "tr_id": TR_ID,
                    "custtype": "P",
                }
            return dict(self._headers)

    def _renew(self) -> bool:
        """Gives up a token that another run has fetched, once; the next request fetches a new one.
        Returns whether it did."""
        with self._lock:
            is_old, self._is_old = self._is_old, False
            if is_old:
                self._headers = {}
                forget_token(self._base, self._given().key, self._settings.cache_folder)
            return is_old

    def _given(self) -> Credentials:
        given = credentials(self._settings)
        if given is None:
            raise UsageError("the KIS credentials are not set")
        return given


def read_envelope(document: Any) -> _Envelope:
    """Returns a decoded answer. Raises `Unreadable` if it is none, or states an error."""
    try:
        envelope = _Envelope.model_validate(document)
    except (ValidationError, RecursionError):
        raise Unreadable("a product in an unknown format") from None
    if envelope.rt_cd != "0":
        said = sanitize(f"{envelope.msg_cd} {envelope.msg1}", 80)
        raise Unreadable(f"KIS answers with an error: {said}")
    return envelope


def _code(answer: Any) -> str:
    """KIS's code of an error; empty if it states none."""
    try:
        document = answer.json()
    except (Unreadable, ValueError):
        return ""
    found = (
        document.get("msg_cd") or document.get("error_code") if isinstance(document, dict) else ""
    )
    return sanitize(found, 20) if isinstance(found, str) else ""
