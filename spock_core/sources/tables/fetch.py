"""Fetches the files of a table source, by conditional requests, or from a folder of the user's."""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from spock_core.domain import ListState
from spock_core.domain.errors import ListError
from spock_core.domain.tables import FileState, JsonRecords, Table, TableFile
from spock_core.settings.names import variable_of
from spock_core.sources.http.download import Download, Downloads, file_address, local_path
from spock_core.sources.tables.readers import pages_of, read_json, read_table

log = logging.getLogger(__name__)

MAX_TABLE_BYTES = 32 * 1024 * 1024
"""The largest table of 2026, HKEX's, has 1.4 MB."""
PAGE = "{page}"


class _File(NamedTuple):
    """A file that was asked for: one page, or one of those that match a pattern."""

    about: TableFile
    name: str
    address: str
    download: Download | None = None
    """None if it has not changed."""


class Tables(NamedTuple):
    """What the files of a source say."""

    tables: tuple[Table, ...]
    states: Mapping[str, FileState]
    """Of the files that could be read, by name."""


class Fetched(NamedTuple):
    """The files of a source as they came; read only one after the other, since tables need much
    more memory than files."""

    region: str
    files: tuple[_File, ...]
    """None of them if none has changed."""
    states: Mapping[str, FileState]
    """By the name of the file."""
    problems: Mapping[str, str]
    """Why optional files are missing, by name."""

    def read(self) -> Tables:
        """Reads all files and closes them. Raises `ListError` if one that is not optional cannot be
        read, or if none can."""
        states, problems = dict(self.states), dict(self.problems)
        tables: list[Table] = []
        with contextlib.ExitStack() as opened:
            for one in self.files:
                assert one.download is not None  # noqa: S101  see `TableFetcher.fetch`
                opened.enter_context(one.download.file)
            for one in self.files:
                assert one.download is not None  # noqa: S101
                try:
                    tables.append(read_table(one.download.file, one.name, one.about))
                except ListError as error:
                    if not one.about.optional:
                        raise
                    problems[one.name] = str(error)
                    del states[one.name]  # it is read again, changed or not
        if not tables:
            raise ListError(next(iter(problems.values())))
        for problem in problems.values():
            log.info("%s: %s; the other files of its source count", self.region, problem)
        return Tables(tuple(tables), states)


class TableFetcher:
    """Fetches the files of one source for one region."""

    def __init__(
        self,
        downloads: Downloads,
        states: Mapping[str, FileState],
        folder: str | None,
        region: str,
        setting: Callable[[str], object],
    ) -> None:
        """`states` are those of the files that were applied last; `folder` replaces the addresses
        of all files; retries count for `region`; `setting` returns the value of a setting."""
        self._downloads = downloads
        self._states = states
        self._folder = folder
        self._region = region
        self._setting = setting

    def fetch(self, files: Sequence[TableFile]) -> Fetched:
        """Returns all files of a source, or none of them if none has changed.

        A file that has not changed is fetched again if another one has, since what a source says
        may follow from several. Raises `ListError` if a file that is not optional cannot be had,
        or if none can.
        """
        found: list[_File] = []
        problems: dict[str, str] = {}
        for about in self._without_repetition(files):
            if about.instead_of and about.instead_of not in problems:
                continue
            try:
                found += self._ask(about)
            except ListError as error:
                if not about.optional:
                    raise
                problems[about.name] = str(error)
        if not found:
            raise ListError(next(iter(problems.values()), "no file of this source is there"))
        states = {
            one.name: _state_of(one.download) if one.download else self._states[one.name]
            for one in found
        }
        if {name: state.digest for name, state in states.items()} == {
            name: state.digest for name, state in self._states.items()
        }:
            return Fetched(self._region, (), states, problems)
        whole: list[_File] = []
        for one in found:
            try:
                whole.append(one._replace(download=one.download or self._whole(one)))
            except ListError as error:
                if not one.about.optional:
                    raise
                problems[one.name] = str(error)
                del states[one.name]
        if not whole:
            raise ListError(next(iter(problems.values())))
        return Fetched(self._region, tuple(whole), states, problems)

    def _without_repetition(self, files: Sequence[TableFile]) -> list[TableFile]:
        """Of files with the same pattern, a local folder needs to be searched for one alone."""
        if self._folder is None or local_path(self._folder) is None:
            return list(files)
        return list({about.pattern or about.name: about for about in files}.values())

    def _ask(self, about: TableFile) -> list[_File]:
        """Asks for a file: for all its pages, or for those that match its pattern in a folder."""
        local = local_path(self._folder) if self._folder is not None else None
        if about.pattern and local is not None:
            names = fnmatch.filter(sorted(path.name for path in _files_in(local)), about.pattern)
            return [self._changed(_File(about, name, str(local / name))) for name in names]
        if isinstance(about.format, JsonRecords) and about.format.pages:
            return self._ask_pages(about, about.format)
        return [self._changed(self._file(about))]

    def _ask_pages(self, about: TableFile, format_: JsonRecords) -> list[_File]:
        """Asks for the first page, and for the others only if that one has changed."""
        first = self._changed(self._file(about, 1))
        if first.download is None:
            known = [self._file(about, page) for page in range(1, len(self._states) + 1)]
            return [one for one in known if one.name in self._states]
        document = read_json(first.download.file, first.name)
        first.download.file.seek(0)
        pages = pages_of(document, format_, first.name)
        others = (self._file(about, page) for page in range(2, pages + 1))
        return [first, *(one._replace(download=self._whole(one)) for one in others)]

    def _changed(self, one: _File) -> _File:
        """Fetches a file if it has changed: by its server's version, or by its content."""
        state = self._states.get(one.name, FileState())
        download = self._download(one, state.http)
        if download is not None and _state_of(download).digest == state.digest:
            download.file.close()
            return one
        return one._replace(download=download)

    def _whole(self, one: _File) -> Download:
        """Fetches a file whether it has changed or not."""
        download = self._download(one, ListState())
        if download is None:
            raise ListError(f"{one.name}: the server answered that it has not changed, unasked")
        return download

    def _download(self, one: _File, state: ListState) -> Download | None:
        headers = {
            name: re.sub(r"{(\w+)}", self._value, value)
            for name, value in one.about.headers.items()
        }
        return self._downloads.fetch(one.address, state, self._region, headers)

    def _value(self, name: re.Match[str]) -> str:
        """The setting that a header names. Raises `ListError` if it is not set."""
        value = self._setting(name[1])
        if value is None:
            raise ListError(f"its header needs the setting {variable_of(name[1])}")
        return str(getattr(value, "get_secret_value", lambda: value)())

    def _file(self, about: TableFile, page: int | str = "") -> _File:
        name = about.name.replace(PAGE, str(page))
        if self._folder is not None:
            return _File(about, name, file_address(self._folder, name))
        return _File(about, name, about.address.replace(PAGE, str(page)))


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise ListError(f"{folder}: {error.strerror or error}") from error


def _state_of(download: Download) -> FileState:
    digest = hashlib.file_digest(download.file, "sha256").hexdigest()  # type: ignore[arg-type]
    download.file.seek(0)
    return FileState(download.state, digest)
