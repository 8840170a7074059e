"""The names of settings: as flags, variables and keys. A name that does not exist is an error."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from importlib.metadata import PackageNotFoundError, distribution, requires

from spock_core.domain.errors import UnknownSetting
from spock_core.domain.text import nearest_word

PREFIX = "SPOCK_"
CONFIG_VARIABLE = "SPOCK_CONFIG"
"""Names the settings file. It is no setting, since a settings file cannot name another one."""
WITHOUT_PREFIX = {"KIS_APP_KEY": "kis_app_key", "KIS_APP_SECRET": "kis_app_secret"}
"""Variables that set a setting without the prefix: KIS's own documentation uses these names."""

_OF_SERVICE = re.compile(
    r"SPOCK_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_ADDRESS = re.compile(r"(tcp|udp|sctp)://")


def flag_of(name: str) -> str:
    """Returns the flag of a setting: `--max-age-days` for `max_age_days`."""
    return "--json" if name == "json_output" else "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    """Returns the environment variable of a setting: `SPOCK_REGIONS` for `regions`."""
    return "SPOCK_JSON" if name == "json_output" else PREFIX + name.upper()


def setting_of_key(key: str) -> str:
    """Returns the setting that a key of a TOML file names, with dashes or underscores."""
    name = key.replace("-", "_")
    return "json_output" if name == "json" else name


def is_of_kubernetes(variable: str, value: str) -> bool:
    """Whether Kubernetes adds this variable for a service whose name begins with `spock`.

    A container gets the address of every service of its namespace: SPOCK_SERVICE_HOST,
    SPOCK_SERVICE_PORT_HTTP, SPOCK_PORT_80_TCP_ADDR (Kubernetes, "Discovering services"). The value
    of a variable that ends in PORT tells it from a setting: `tcp://10.0.0.1:80`.
    """
    if _OF_SERVICE.fullmatch(variable) or variable == "SPOCK_PORT":
        return True
    return (
        variable.startswith(PREFIX) and variable.endswith("_PORT") and bool(_ADDRESS.match(value))
    )


def check_name(name: str, known: Collection[str], place: str = "") -> None:
    """Raises `UnknownSetting` for a name that is not known, with the nearest one that is.

    `place` says where the name was found, for example `environment`.
    """
    if name not in known:
        where = f"{place}: " if place else ""
        raise UnknownSetting(f"{where}unknown setting {name!r}{_hint(name, known)}")


def _hint(name: str, known: Iterable[str]) -> str:
    """Returns the end of a message about an unknown name."""
    compared = {_bare(one): one for one in sorted(known)}
    nearest = nearest_word(_bare(name), compared)
    if nearest is None:
        return ": see docs/settings.md for all names"
    return f": did you mean {compared[nearest]}?"


def _bare(name: str) -> str:
    return name.upper().removeprefix(PREFIX)


def missing_plugin(name: str) -> str | None:
    """Returns the plugin that a setting belongs to, if it is one of Spock's and not installed.

    The settings of a plugin begin with its name: `hk_` for `spock-hk`.
    """
    for need in requires("spock-core") or ():
        plugin = re.split(r"[^\w-]", need)[0]
        prefix = plugin.removeprefix("spock-").replace("-", "_") + "_"
        if plugin.startswith("spock-") and name.startswith(prefix) and not _is_installed(plugin):
            return plugin
    return None


def _is_installed(plugin: str) -> bool:
    try:
        distribution(plugin)
    except PackageNotFoundError:
        return False
    return True
