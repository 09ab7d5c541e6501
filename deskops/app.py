"""The application factory: configuration and blueprints. Imports everything; only wsgi.py and gunicorn import
it.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from deskops import pages, refusals
from deskops.accounts import access
from deskops.accounts import api as accounts_api
from deskops.accounts import views as accounts_views
from deskops.control import api as control_api
from deskops.control import views as control_views
from deskops.core.assets import asset_dir
from deskops.core.config import Settings
from deskops.core.filters import init_filters
from deskops.core.i18n import init_i18n
from deskops.core.limits import init_limits
from deskops.demands import api as demands_api
from deskops.demands import views as demands_views
from deskops.desks import api as desks_api
from deskops.desks import views as desks_views
from deskops.directives import api as directives_api
from deskops.directives import views as directives_views
from deskops.followup import api as followup_api
from deskops.followup import views as followup_views
from deskops.live import api as live_api
from deskops.live.server import init_live
from deskops.public import notices
from deskops.public import views as public_views
from deskops.sessions import api as sessions_api
from deskops.sessions import views as sessions_views
from deskops.staff import api as staff_api
from deskops.staff import views as staff_views
from deskops.subscribers import create_runtime

BLUEPRINTS = (
    pages.blueprint,
    accounts_views.blueprint,
    accounts_api.api,
    desks_views.blueprint,
    desks_views.agencies_blueprint,
    desks_api.api,
    desks_api.agencies_api,
    demands_views.blueprint,
    demands_api.api,
    control_views.blueprint,
    control_api.api,
    staff_views.blueprint,
    staff_views.calendars_blueprint,
    staff_api.api,
    followup_views.blueprint,
    followup_api.api,
    directives_views.blueprint,
    directives_api.api,
    sessions_views.blueprint,
    sessions_api.api,
    public_views.blueprint,
    notices.blueprint,
    live_api.api,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. The database must be migrated before."""
    settings = settings or Settings.from_env()
    create_runtime(settings)
    app = Flask(
        "deskops", template_folder=str(asset_dir("templates")), static_folder=str(asset_dir("static"))
    )
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=settings.body_limit, TESTING=settings.testing
    )
    if settings.behind_proxy:
        # One proxy, ours: its headers replace whatever the client sent.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    init_i18n(app, lambda: access.current_actor().language)
    init_filters(app)
    access.init_access(app)
    init_limits(app, settings)
    refusals.init_refusals(app)
    pages.init_pages(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.open_to_public(app, "static")
    init_live(app, settings)
    return app
