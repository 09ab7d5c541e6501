"""Language of requests, blocks and templates, and the filters."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask, render_template_string

from deskops.core import clock, i18n
from deskops.core.errors import Refusal
from deskops.core.filters import init_filters
from deskops.core.i18n import _, direction, fill, gettext, init_i18n, lang, lazy, ngettext, using_language
from tests.core.test_dates import NOON


def app_with(preference: str | None = None) -> Flask:
    app = Flask(__name__)
    init_i18n(app, lambda: preference)
    init_filters(app)
    return app


def rendered(template: str, cookie: str = "", preference: str | None = None, **values: object) -> str:
    headers = {"Cookie": f"lang={cookie}"} if cookie else {}
    with app_with(preference).test_request_context(headers=headers):
        return render_template_string(template, **values)


def test_persian_is_the_language_where_nobody_chose() -> None:
    assert (lang(), direction()) == ("fa", "rtl")
    assert rendered("{{ lang() }} {{ direction() }}") == "fa rtl"


def test_the_users_preference_counts_where_the_browser_has_not_chosen() -> None:
    assert rendered("{{ lang() }} {{ direction() }}", preference="en") == "en ltr"


def test_the_browsers_choice_comes_before_the_preference() -> None:
    assert rendered("{{ lang() }}", cookie="fa", preference="en") == "fa"


@pytest.mark.parametrize("unknown", ["xx", "../etc", "FA"])
def test_an_unknown_language_in_the_cookie_or_preference_is_ignored(unknown: str) -> None:
    assert rendered("{{ lang() }}", cookie=unknown) == "fa"
    assert rendered("{{ lang() }}", preference=unknown) == "fa"


def test_a_block_speaks_its_own_language_within_a_request() -> None:
    with app_with("en").test_request_context():
        with using_language("fa"):
            assert _("just now") == "همین حالا"
        assert _("just now") == "just now"


def test_a_block_speaks_its_language_without_any_application() -> None:
    with using_language("en"):
        assert gettext("just now") == "just now"
        with using_language("fa"):
            assert gettext("just now") == "همین حالا"
        assert gettext("just now") == "just now"


def test_a_block_in_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"), using_language("xx"):
        pass


def test_the_language_of_one_thread_is_not_anothers() -> None:
    seen: list[str] = []
    with using_language("en"):
        thread = Thread(target=lambda: seen.append(lang()))
        thread.start()
        thread.join()
    assert seen == ["fa"]


def test_a_language_is_left_even_when_the_block_fails() -> None:
    with pytest.raises(RuntimeError), using_language("en"):
        raise RuntimeError
    assert lang() == "fa"


def test_whole_numbers_take_the_languages_digits() -> None:
    assert ngettext("%(num)s minute", "%(num)s minutes", 25) == "۲۵ دقیقه"
    assert (
        fill("%(count)d نفر، میز %(desk)s، %(all)s", {"count": 3, "desk": "A2", "all": True})
        == "۳ نفر، میز A2، True"
    )
    with using_language("en"):
        assert ngettext("%(num)s minute", "%(num)s minutes", 1) == "1 minute"
        assert fill("%(count)d people", {"count": 3}) == "3 people"


def test_a_doubled_percent_sign_is_no_place() -> None:
    assert fill("%%(x)d %(n)d%%", {"n": 5}) == "%(x)d ۵%"


def test_a_message_without_variables_is_left_as_it_is() -> None:
    assert gettext("50% of %(all)s") == "50% of %(all)s"


def test_a_lazy_text_follows_the_language_of_the_moment() -> None:
    text = lazy("just now")
    assert str(text) == "همین حالا"
    with using_language("en"):
        assert str(text) == "just now"
        assert text == "just now"


def test_a_lazy_text_keeps_its_variables() -> None:
    assert str(lazy("%(low)s to %(high)s minutes", low=5, high=10)) == "۵ تا ۱۰ دقیقه"


@pytest.mark.parametrize(
    ("cookie", "shown"), [("fa", "همین حالا|۲ ساعت و ۵ دقیقه"), ("en", "just now|2 h 5 min")]
)
def test_templates_translate(cookie: str, shown: str) -> None:
    template = '{{ _("just now") }}|{{ _("%(hours)s h %(minutes)s min", hours=2, minutes=5) }}'
    assert rendered(template, cookie) == shown


@pytest.mark.parametrize(("cookie", "shown"), [("fa", "۷ دقیقه ۱ روز"), ("en", "7 minutes 1 day")])
def test_templates_translate_plurals_in_both_writings(cookie: str, shown: str) -> None:
    template = (
        "{% trans num=n %}{{ num }} minute{% pluralize %}{{ num }} minutes{% endtrans %} "
        '{{ ngettext("%(num)s day", "%(num)s days", 1) }}'
    )
    assert rendered(template, cookie, n=7) == shown


def test_what_fills_a_templates_message_is_escaped() -> None:
    shown = rendered('{{ _("%(low)s to %(high)s minutes", low=bad, high=1) }}', bad="<script>")
    assert shown == "&lt;script&gt; تا ۱ دقیقه"


def test_a_lazy_text_with_a_variable_is_escaped_in_a_template() -> None:
    text = lazy("%(low)s to %(high)s minutes", low="<b>", high=1)
    assert rendered("{{ text }}", text=text) == "&lt;b&gt; تا ۱ دقیقه"


def test_one_compiled_template_serves_both_languages() -> None:
    template = app_with().jinja_env.from_string('{{ 1403|digits }} {{ "12"|digits }} {{ 1200|number }}')
    assert template.render() == "۱۴۰۳ ۱۲ ۱٬۲۰۰"
    with using_language("en"):
        assert template.render() == "1403 12 1,200"


FILTERS = (
    "{{ t|jalali }}|{{ t|jalali('long') }}|{{ t|moment }}|{{ t|clock }}|{{ t|ago }}|{{ 125|elapsed }}"
    "|{{ 5|minutes_range(10) }}|{{ '1234567890123'|code }}"
)


def test_filters_speak_persian() -> None:
    with clock.frozen(NOON + timedelta(hours=2)):
        shown = rendered(FILTERS, t=NOON)
    assert shown == (
        "۱۴۰۳/۰۵/۱۴|یکشنبه ۱۴ مرداد ۱۴۰۳|۱۴۰۳/۰۵/۱۴ ۱۲:۰۰|۱۲:۰۰|۲ ساعت پیش|۲ دقیقه"
        "|۵ تا ۱۰ دقیقه|۱۲۳۴-۵۶۷-۸۹۰-۱۲۳"
    )


def test_filters_speak_english() -> None:
    with clock.frozen(NOON + timedelta(hours=2)):
        shown = rendered(FILTERS, "en", t=NOON)
    assert shown == (
        "4 Aug 2024|Sunday 4 August 2024|4 Aug 2024 12:00|12:00|2 hours ago|2 minutes"
        "|5 to 10 minutes|1234-567-890-123"
    )


@pytest.mark.parametrize(
    "name", ["digits", "number", "jalali", "moment", "clock", "ago", "elapsed", "code", "time_tag"]
)
def test_a_filter_shows_nothing_for_nothing(name: str) -> None:
    assert rendered(f"[{{{{ nothing|{name} }}}}]", nothing=None) == "[]"


def test_an_english_time_carries_its_jalali_date_as_title() -> None:
    assert rendered("{{ t|time_tag }}", "en", t=NOON) == (
        '<time datetime="2024-08-04T08:30:00+00:00" '
        'title="Sunday 14 Mordad 1403 12:00">4 Aug 2024 12:00</time>'
    )


def test_a_persian_time_shows_the_text_it_is_given() -> None:
    assert rendered("{{ t|time_tag(t|clock) }}", t=NOON) == (
        '<time datetime="2024-08-04T08:30:00+00:00">۱۲:۰۰</time>'
    )


def test_a_missing_persian_catalogue_is_no_silent_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = tmp_path_factory.mktemp("translations")
    monkeypatch.setattr(i18n, "asset_dir", lambda _name: empty)
    i18n._catalogue.cache_clear()
    with pytest.raises(FileNotFoundError):
        gettext("just now")


def test_a_refusal_speaks_the_language_and_its_digits() -> None:
    class Full(Refusal):
        message = lazy("%(low)s to %(high)s minutes")

    refused = Full(low=5, high=10)
    assert refused.text() == "۵ تا ۱۰ دقیقه"
    with using_language("en"):
        assert refused.text() == "5 to 10 minutes"
