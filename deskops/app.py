"""The application factory: configuration, blueprints, subscribers. Imports everything; only wsgi.py and the
command line import it.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from deskops import pages, refusals
from deskops.accounts import access
from deskops.accounts import scopes as role_scopes
from deskops.accounts import views as accounts_views
from deskops.control import api as control_api
from deskops.control import views as control_views
from deskops.core import runtime
from deskops.core.assets import asset_dir
from deskops.core.config import Settings
from deskops.core.database import Database
from deskops.core.filters import init_filters
from deskops.core.i18n import init_i18n
from deskops.core.limits import init_limits
from deskops.core.runtime import Runtime
from deskops.demands import api as demands_api
from deskops.demands import views as demands_views
from deskops.demands.load import CACHE
from deskops.demands.services.sharing import share_out
from deskops.desks import api as desks_api
from deskops.desks import scopes as desks_scopes
from deskops.desks import views as desks_views
from deskops.live import api as live_api
from deskops.live import push
from deskops.live.audiences import audiences_of
from deskops.live.server import init_live
from deskops.public import views as public_views

BLUEPRINTS = (
    pages.blueprint,
    accounts_views.blueprint,
    desks_views.blueprint,
    desks_api.api,
    demands_views.blueprint,
    demands_api.api,
    control_views.blueprint,
    control_api.api,
    public_views.blueprint,
    live_api.api,
)


def create_runtime(settings: Settings) -> Runtime:
    """Database and subscribers, for the server, the worker and the command line alike."""
    made = Runtime(settings, Database(settings.database_url), audiences_of)
    made.in_transaction.append(share_out)
    # The load first: what is pushed may be computed from it.
    made.after_commit += [CACHE.fold, push.publish]
    CACHE.clear()
    access.forget_recognised()
    role_scopes.provide(desks_scopes.scopes)
    runtime.install(made)
    return made


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
