"""Reads of sites: how many desks stand at each, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.desks.models import Desk, Site, SiteWalk
from deskops.desks.queries.catalogue import Catalogue, SiteLabel

DESKS, SITES, WALKS = table_of(Desk), table_of(Site), table_of(SiteWalk)


@dataclass(frozen=True)
class SiteLine:
    """A site, how many desks stand there, and the minutes to the sites that people can walk to, by their ids, without
    retired ones.
    """

    site: SiteLabel
    desks: int
    walks: dict[int, float]


def site_lines(session: Session, names: Catalogue) -> list[SiteLine]:
    """The trip's sites in the order of the list, retired ones among them."""
    at_sites = select(DESKS.c.site_id, func.count()).where(DESKS.c.trip_id == names.trip.id)
    working = at_sites.where(DESKS.c.retired_at.is_(None)).group_by(DESKS.c.site_id)
    desks = {row[0]: row[1] for row in session.execute(working)}
    walks = _walks(session, names)
    return [SiteLine(site, desks.get(site.id, 0), walks.get(site.id, {})) for site in names.sites.values()]


def site_line(session: Session, names: Catalogue, site_id: int) -> SiteLine:
    """One of them. Raises NotFound."""
    found = [line for line in site_lines(session, names) if line.site.id == site_id]
    if not found:
        raise NotFound()
    return found[0]


def _walks(session: Session, names: Catalogue) -> dict[int, dict[int, float]]:
    """Both ways, whichever was written."""
    query = select(WALKS).where(WALKS.c.from_site_id.in_(names.sites))
    offered = {site.id for site in names.offered_sites()}
    walks: dict[int, dict[int, float]] = {}
    for row in session.execute(query):
        for here, there in ((row.from_site_id, row.to_site_id), (row.to_site_id, row.from_site_id)):
            if there in offered:
                walks.setdefault(here, {})[there] = row.minutes
    return walks
