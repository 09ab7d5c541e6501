"""What the database holds, asked without deskops: plain SQL through sqlite3 and psycopg."""

import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

import psycopg

SPANS = (
    "SELECT {of}, count(*), count(DISTINCT {number}), min({number}), max({number}) FROM {table} GROUP BY {of}"
)


class Oracle:
    """Reads one database, each question on a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=10)) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            return connection.execute(query).fetchall()

    def write(self, statement: str) -> None:
        """Change something behind the server's back."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=10)) as connection:
                connection.execute(statement)
                connection.commit()
        else:
            with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
                connection.execute(statement)

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def gaps(self, table: str, of: str, number: str) -> list[tuple[Any, ...]]:
        """The groups whose numbers aren't exactly 1 … n."""
        spans = self.rows(SPANS.format(table=table, of=of, number=number))
        return [row for row in spans if not (row[-4] == row[-3] == row[-1] and row[-2] == 1)]

    def external_numbers(self) -> Counter[str]:
        """How often each client's own number was stored as a demand."""
        return Counter(row[0] for row in self.rows("SELECT external_number FROM demands"))

    def broken(self) -> dict[str, list[tuple[Any, ...]]]:
        """What doesn't fit together; empty values everywhere are a sound database."""
        found = {
            "journal": self.gaps("journal", "trip_id", "sequence"),
            "audiences": self.gaps("audience_entries", "audience", "sequence"),
            "ticket numbers": self.gaps("tickets", "trip_id, day", "number"),
            "audience heads": self.rows(
                "SELECT h.audience FROM audience_heads h WHERE h.sequence <> "
                "(SELECT count(*) FROM audience_entries e WHERE e.audience = h.audience)"
            ),
            "demands without a turn": self.rows(
                "SELECT id FROM demands WHERE id NOT IN (SELECT demand_id FROM tickets)"
            ),
            "turns without a registration in the journal": self._unregistered(),
            "counters with two people": self.rows(
                "SELECT place_id FROM tickets WHERE status IN ('called', 'serving') "
                "GROUP BY place_id HAVING count(*) > 1"
            ),
        }
        return {name: rows for name, rows in found.items() if rows}

    def _unregistered(self) -> list[tuple[Any, ...]]:
        registered = self.one("SELECT count(*) FROM journal WHERE kind = 'demand.registered'")
        turns = self.one("SELECT count(*) FROM tickets")
        return [] if registered == turns else [(registered, turns)]

    def stranded(self) -> list[tuple[Any, ...]]:
        """Those who wait for a desk that takes nobody: closed, or without an open counter."""
        return self.rows(
            "SELECT t.id, t.desk_id, d.state FROM tickets t JOIN desks d ON d.id = t.desk_id WHERE t.status = 'waiting' "
            "AND (d.state <> 'open' OR NOT EXISTS "
            "(SELECT 1 FROM places p WHERE p.desk_id = d.id AND p.state = 'open'))"
        )

    def shut(self) -> list[tuple[Any, ...]]:
        """Those who wait for a desk that isn't open."""
        return self.rows(
            "SELECT t.id, t.desk_id FROM tickets t JOIN desks d ON d.id = t.desk_id "
            "WHERE t.status = 'waiting' AND d.state <> 'open'"
        )

    def standing_ready_for_nothing(self) -> list[tuple[Any, ...]]:
        """Counters that stand ready for whoever comes, while somebody waits whom their desk may take there."""
        return self.rows(
            "SELECT p.id, t.id FROM places p JOIN desks d ON d.id = p.desk_id JOIN desk_topics k ON k.desk_id = d.id "
            "JOIN tickets t ON t.trip_id = d.trip_id AND t.topic_id = k.topic_id AND t.status = 'waiting' "
            "WHERE p.ready AND p.state = 'open' AND d.state = 'open' AND t.language = 'fa' "
            "AND (t.location = d.site_id AND d.walk_ins OR t.location = 0 AND d.calls)"
        )
