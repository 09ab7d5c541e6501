"""A table is read whatever it was saved as, or refused with what to do."""

import gzip
from pathlib import Path

import pytest

from deskops.cli.importing.files import UnreadableFile, open_table

# The letter ye as Windows-1256 has it.
PERSIAN = "نام,شهر\nسارا,تبريز\nعلي,مراغه\n"
LATIN = "name,city\nZoë,Orléans\nJosé,Málaga\n"


def saved(folder: Path, data: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def cells(path: Path, *columns: str) -> list[dict[str, str]]:
    return [row.cells for row in open_table(path).rows(columns)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path, PERSIAN.encode(encoding))
    assert cells(path, "نام", "شهر") == [{"نام": "سارا", "شهر": "تبريز"}, {"نام": "علي", "شهر": "مراغه"}]


def test_a_packed_file_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    path = saved(tmp_path, gzip.compress(PERSIAN.encode()), name="table.csv")
    assert len(cells(path, "نام")) == 2


def test_an_encoding_that_is_none_of_these_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        open_table(saved(tmp_path, LATIN.encode("latin-1")))
    assert "neither UTF-8, UTF-16 nor Windows-1256 (first at byte 12)" in refused.value.message
    assert 'save it as "CSV UTF-8"' in refused.value.message


def test_a_packed_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(PERSIAN.encode() * 1000)
    with pytest.raises(UnreadableFile, match="cut off"):
        open_table(saved(tmp_path, packed[: len(packed) // 2]))


def test_missing_columns_are_named_beside_those_that_are_there(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, b"name,city\nA,B\n"))
    with pytest.raises(UnreadableFile, match=r"no column phone\. It has: name, city"):
        list(table.rows(["name", "phone"]))


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="It has: nothing"):
        list(open_table(saved(tmp_path, b"")).rows(["name"]))


def test_a_row_of_another_length_is_marked_and_the_file_goes_on(tmp_path: Path) -> None:
    rows = list(open_table(saved(tmp_path, b"name,city\nA\nB,C,D\n\nE,F\n")).rows(["name"]))
    assert [(row.line, row.fault) for row in rows] == [(2, "1 cells, not 2"), (3, "3 cells, not 2"), (5, "")]


def test_a_cell_too_long_to_read_is_marked_and_the_file_goes_on(tmp_path: Path) -> None:
    rows = list(open_table(saved(tmp_path, b"name\n" + b"x" * 200_000 + b"\nB\n")).rows(["name"]))
    assert "field larger" in rows[0].fault
    assert rows[-1].cells == {"name": "B"}


def test_a_row_over_several_lines_is_known_by_its_first(tmp_path: Path) -> None:
    rows = list(open_table(saved(tmp_path, b'name\n"A\nB"\nC\n')).rows(["name"]))
    assert [(row.line, row.cells["name"]) for row in rows] == [(2, "A\nB"), (4, "C")]
