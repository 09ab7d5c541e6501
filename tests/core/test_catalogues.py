"""The Persian catalogue: whole, fresh, and merged without contradiction."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from deskops.core import catalogues
from deskops.core.catalogues import CatalogueError, compiled, compiled_file, fragments_of, main, merge, used

ROOT = Path(__file__).resolve().parents[2]


def fragment(folder: Path, name: str, *entries: str) -> Path:
    file = folder / "translations" / "fa" / f"{name}.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(entries) + "\n", encoding="utf-8")
    return file


def entry(message: str, persian: str) -> str:
    return f'msgid "{message}"\nmsgstr "{persian}"'


def loaded(mo: bytes) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(mo))


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one module and one template, each with one message."""
    (tmp_path / "deskops").mkdir()
    (tmp_path / "templates" / "room").mkdir(parents=True)
    (tmp_path / "deskops" / "room.py").write_text('title = lazy("Desk %(name)s", name=1)\n')
    (tmp_path / "templates" / "room" / "page.html").write_text('<h1>{{ _("Hello") }}</h1>')
    monkeypatch.setattr(catalogues, "checkout_root", lambda: tmp_path)
    return tmp_path


def test_every_message_of_the_project_has_persian() -> None:
    messages = merge(fragments_of(ROOT))
    missing = {message: use for message, use in used(ROOT).items() if message not in messages}
    assert not missing


def test_the_compiled_catalogue_is_as_fresh_as_the_fragments() -> None:
    committed = loaded(compiled_file(ROOT).read_bytes())
    fresh = loaded(compiled(merge(fragments_of(ROOT))))
    assert committed._catalog == fresh._catalog, "run python -m deskops.core.catalogues"  # type: ignore[attr-defined]


def test_fragments_become_one_catalogue(tmp_path: Path) -> None:
    files = [fragment(tmp_path, "a", entry("Yes", "بله")), fragment(tmp_path, "b", entry("No", "خیر"))]
    merged = loaded(compiled(merge(files)))
    assert (merged.gettext("Yes"), merged.gettext("No")) == ("بله", "خیر")


def test_the_same_messages_compile_to_the_same_bytes(tmp_path: Path) -> None:
    files = [fragment(tmp_path, "a", entry("Yes", "بله")), fragment(tmp_path, "b", entry("No", "خیر"))]
    assert compiled(merge(files)) == compiled(merge(list(reversed(files))))


def test_a_message_translated_alike_twice_is_one(tmp_path: Path) -> None:
    files = [fragment(tmp_path, name, entry("Yes", "بله")) for name in ("a", "b")]
    assert len(merge(files)) == 1


def test_fragments_that_differ_are_refused_by_name(tmp_path: Path) -> None:
    files = [fragment(tmp_path, "a", entry("Yes", "بله")), fragment(tmp_path, "b", entry("Yes", "آری"))]
    with pytest.raises(CatalogueError, match=r"a\.po and .*b\.po differ over 'Yes'"):
        merge(files)


def test_a_place_that_the_message_lacks_is_refused(tmp_path: Path) -> None:
    file = fragment(tmp_path, "a", entry("Desk %(name)s", "میز %(nmae)s"))
    with pytest.raises(CatalogueError, match="nmae"):
        merge([file])


def test_empty_and_fuzzy_translations_count_for_nothing(tmp_path: Path) -> None:
    file = fragment(tmp_path, "a", entry("Yes", ""), "#, fuzzy\n" + entry("No", "خیر"))
    assert merge([file]) == {}


def test_one_persian_form_serves_both_numbers(tmp_path: Path) -> None:
    plural = 'msgid "%(n)s desk"\nmsgid_plural "%(n)s desks"\nmsgstr[0] "%(n)s میز"'
    merged = loaded(compiled(merge([fragment(tmp_path, "a", plural)])))
    assert [merged.ngettext("%(n)s desk", "%(n)s desks", n) for n in (0, 1, 2)] == ["%(n)s میز"] * 3


def test_persian_plurals_part_one_from_many(tmp_path: Path) -> None:
    plural = 'msgid "a desk"\nmsgid_plural "desks"\nmsgstr[0] "میز"\nmsgstr[1] "میزها"'
    merged = loaded(compiled(merge([fragment(tmp_path, "a", plural)])))
    assert [merged.ngettext("a desk", "desks", n) for n in (0, 1, 2)] == ["میز", "میز", "میزها"]


def test_messages_are_found_in_code_and_templates(checkout: Path) -> None:
    (checkout / "deskops" / "more.py").write_text(
        'x = _("One " "sentence")\ny = ngettext("a desk", "desks", 2)\n'
    )
    (checkout / "templates" / "mail.txt").write_text("{% trans trimmed %}\n Two\n lines\n{% endtrans %}")
    assert set(used(checkout)) == {"Desk %(name)s", "Hello", "One sentence", ("a desk", "desks"), "Two lines"}


def test_the_command_writes_the_catalogue(checkout: Path) -> None:
    fragment(checkout, "room", entry("Hello", "سلام"))
    done = CliRunner().invoke(main)
    assert done.exit_code == 0
    assert loaded(compiled_file(checkout).read_bytes()).gettext("Hello") == "سلام"


def test_the_command_lists_what_is_missing_and_unused(checkout: Path) -> None:
    fragment(checkout, "room", entry("Hello", "سلام"), entry("Bye", "خداحافظ"))
    done = CliRunner().invoke(main, ["--missing"])
    assert done.exit_code == 1
    assert done.output == "missing  deskops/room.py:1  'Desk %(name)s'\nunused   room.po  'Bye'\n"


def test_unused_messages_alone_are_no_failure(checkout: Path) -> None:
    fragment(
        checkout,
        "room",
        entry("Hello", "سلام"),
        entry("Desk %(name)s", "میز %(name)s"),
        entry("Bye", "خداحافظ"),
    )
    done = CliRunner().invoke(main, ["--missing"])
    assert done.exit_code == 0
    assert done.output == "unused   room.po  'Bye'\n"


def test_the_command_names_fragments_that_differ(checkout: Path) -> None:
    fragment(checkout, "a", entry("Hello", "سلام"))
    fragment(checkout, "b", entry("Hello", "درود"))
    done = CliRunner().invoke(main)
    assert done.exit_code == 1
    assert "a.po" in done.output
    assert "b.po" in done.output
    assert not compiled_file(checkout).exists()


def test_the_command_is_refused_outside_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "checkout_root", lambda: None)
    done = CliRunner().invoke(main)
    assert done.exit_code == 1
    assert "checkout" in done.output


def test_a_broken_template_is_named_with_its_line(checkout: Path) -> None:
    (checkout / "templates" / "broken.html").write_text("<p>\n{% if %}")
    done = CliRunner().invoke(main, ["--missing"])
    assert done.exit_code == 1
    assert "broken.html:2" in done.output
