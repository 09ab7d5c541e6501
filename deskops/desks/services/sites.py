"""Sites: added, changed, retired and deleted, and how far it is from one to another on foot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.errors import CodeTaken, DesksStandHere, InUse, WalkToItself
from deskops.desks.models import Desk, Site, SiteWalk, Trip
from deskops.desks.queries.uses import uses_of
from deskops.desks.services.changes import Changed, Changes

SITE = "site"
KINDS = ("building", "hall")
LONGEST_WALK = 240
Walks = Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class SiteEdit:
    """What a site is to be. `kind` as in KINDS; `map_text` says how to find it."""

    name_fa: str
    name_en: str = ""
    short_fa: str = ""
    short_en: str = ""
    kind: str = "building"
    address: str = ""
    map_text: str = ""


def add_site(
    uow: UnitOfWork, actor: Actor, trip_id: int, code: str, edit: SiteEdit, walks: Walks | None = None
) -> Changed:
    """Add a site at the end of the list. `walks` maps sites that people can be asked to walk to, to minutes.

    Raises NotFound, Forbidden, CodeTaken, WalkToItself, InvalidInput.
    """
    actor.require("trip.setup", trip_id)
    if uow.session.get(Trip, trip_id) is None:
        raise NotFound()
    if uow.session.scalar(select(Site.id).where(Site.trip_id == trip_id, Site.code == code)) is not None:
        raise CodeTaken(field="code")
    last = uow.session.scalar(select(func.max(Site.position)).where(Site.trip_id == trip_id))
    site = Site(
        trip_id=trip_id, code=code, position=0 if last is None else last + 1, version=1, **asdict(edit)
    )
    changes = Changes(uow, trip_id)
    changes.add(site)
    _set_walks(uow, changes, site, walks or {})
    return Changed(site.id, site.version, changes.keep(SITE, site.id, site.name))


def edit_site(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    site_id: int,
    version: int,
    edit: SiteEdit,
    walks: Walks | None = None,
) -> Changed:
    """Change a site; `walks` None leaves the ways as they are.

    Raises NotFound, Forbidden, StaleVersion, WalkToItself, InvalidInput.
    """
    site = _locked(uow, actor, trip_id, site_id)
    if version != site.version:
        raise StaleVersion(details={"yours": version, "current": site.version})
    changes = Changes(uow, trip_id)
    changes.update(site, **asdict(edit))
    if walks is not None:
        _set_walks(uow, changes, site, walks)
    change = changes.keep(SITE, site.id, site.name)
    if change is not None and site.version == version:
        site.version += 1
    return Changed(site.id, site.version, change)


def retire_site(uow: UnitOfWork, actor: Actor, trip_id: int, site_id: int) -> Changed:
    """Offer it nowhere any more; what names it goes on naming it. Raises NotFound, Forbidden, DesksStandHere."""
    site = _locked(uow, actor, trip_id, site_id)
    here = select(Desk).where(Desk.site_id == site_id, Desk.retired_at.is_(None))
    names = [desk.name for desk in uow.session.scalars(here.order_by(Desk.number))]
    if names:
        raise DesksStandHere(names=gettext(", ").join(names))
    return _retired_at(uow, site, site.retired_at or uow.now)


def restore_site(uow: UnitOfWork, actor: Actor, trip_id: int, site_id: int) -> Changed:
    """Offer it again, with its walks. Raises NotFound, Forbidden."""
    return _retired_at(uow, _locked(uow, actor, trip_id, site_id), None)


def _retired_at(uow: UnitOfWork, site: Site, at: datetime | None) -> Changed:
    changes = Changes(uow, site.trip_id)
    changes.update(site, retired_at=at)
    return Changed(site.id, site.version, changes.keep(SITE, site.id, site.name))


def delete_site(uow: UnitOfWork, actor: Actor, trip_id: int, site_id: int) -> Changed:
    """Delete a site where no desk stands, with the ways to it. Raises NotFound, Forbidden, InUse."""
    site = _locked(uow, actor, trip_id, site_id)
    uses = uses_of(uow.session, site, without=("site_walks",))
    if uses:
        words = "; ".join(use.text for use in uses)
        raise InUse(details={"uses": [asdict(use) for use in uses]}, uses=words)
    changes = Changes(uow, trip_id)
    for walk in uow.session.scalars(select(SiteWalk).where(_touches(site_id))):
        changes.remove(walk)
    uow.session.flush()
    changes.remove(site)
    return Changed(site_id, site.version, changes.keep(SITE, site_id, site.name))


def _set_walks(uow: UnitOfWork, changes: Changes, site: Site, walks: Walks) -> None:
    """One row for each pair, whichever way it was written: people walk both ways. Pages show no retired
    sites, and so can't take the ways to them away.
    """
    offered = _offered(uow, site.trip_id)
    _check_walks(site, walks, offered)
    rows = uow.session.scalars(select(SiteWalk).where(_touches(site.id)))
    known = {row.to_site_id if row.from_site_id == site.id else row.from_site_id: row for row in rows}
    for other_id, row in known.items():
        if other_id in offered - walks.keys():
            changes.remove(row)
    for other_id, minutes in walks.items():
        if other_id in known:
            changes.update(known[other_id], minutes=minutes)
        else:
            changes.add(SiteWalk(from_site_id=site.id, to_site_id=other_id, minutes=minutes))


def _offered(uow: UnitOfWork, trip_id: int) -> set[int]:
    query = select(Site.id).where(Site.trip_id == trip_id, Site.retired_at.is_(None))
    return set(uow.session.scalars(query))


def _check_walks(site: Site, walks: Walks, offered: Collection[int]) -> None:
    if site.id in walks:
        raise WalkToItself(field=f"walk-{site.id}", name=site.name)
    errors = {}
    for other_id, minutes in walks.items():
        if other_id not in offered:
            errors[f"walk-{other_id}"] = gettext("Choose a site of this trip.")
        elif not 0 < minutes <= LONGEST_WALK:
            message = gettext("Type minutes, from 1 to %(most)s, or nothing.", most=LONGEST_WALK)
            errors[f"walk-{other_id}"] = message
    if errors:
        raise InvalidInput(errors)


def _touches(site_id: int) -> ColumnElement[bool]:
    return or_(SiteWalk.from_site_id == site_id, SiteWalk.to_site_id == site_id)


def _locked(uow: UnitOfWork, actor: Actor, trip_id: int, site_id: int) -> Site:
    actor.require("trip.setup", trip_id)
    query = select(Site).where(Site.id == site_id, Site.trip_id == trip_id).with_for_update(key_share=True)
    site = uow.session.scalar(query)
    if site is None:
        raise NotFound()
    return site
