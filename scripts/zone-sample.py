#!/usr/bin/env python3
"""Makes tests/fixtures/zoneinfo-sample.jsonl: what Python's zoneinfo says about local times near clock changes.

Run as `scripts/zone-sample.py > tests/fixtures/zoneinfo-sample.jsonl`. The first line says which database it was made
from. Each further line is a zone and pairs of a wall-clock time and an instant: the first whole minute at which a clock
there shows that time or a later one, found by going minute by minute from two days before. Nothing of tidebox is used,
and the database is in the public domain. PYTHONTZPATH names a folder with the release that is built into tidebox.

Of each zone it takes the changes from 2000 to 2025, of each kind (the offset before and after, the hour) the first and the last
one, and of each change two times: one in the middle of the gap or overlap, and ten o'clock on the day before.
"""

import json
import pathlib
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone

UTC = timezone.utc
MINUTE = timedelta(minutes=1)


def database():
    """The release of the database that zoneinfo reads: the system's, or that of the package tzdata."""
    for folder in zoneinfo.TZPATH:
        table = pathlib.Path(folder, "tzdata.zi")
        if table.exists():
            return table.read_text(encoding="ascii", errors="replace").split("\n", 1)[0].split()[-1]
    import tzdata

    return tzdata.IANA_VERSION


def offset(zone, at):
    return at.astimezone(zone).utcoffset()


def changes(zone):
    """Each clock change from 2000 to 2025: the first minute with the new offset."""
    step = timedelta(hours=8)
    at = datetime(2000, 1, 1, tzinfo=UTC)
    before = offset(zone, at)
    while at < datetime(2026, 1, 1, tzinfo=UTC):
        if offset(zone, at + step) != before:
            change = at
            while offset(zone, change) == before:
                change += MINUTE
            yield change, before, offset(zone, change)
            before = offset(zone, at + step)
        at += step


def first_minute(zone, wall):
    at = wall.replace(tzinfo=UTC) - timedelta(days=2)
    while at.astimezone(zone).replace(tzinfo=None) < wall:
        at += MINUTE
    return at


def sample(zone):
    kinds = {}
    for change in changes(zone):
        at, before, after = change
        kind = kinds.setdefault((before, after, at.astimezone(zone).hour), [change, change])
        kind[1] = change
    chosen = sorted({change for kind in kinds.values() for change in kind})
    for at, before, after in chosen:
        middle = at.replace(tzinfo=None) + (before + after) / 2
        middle = middle.replace(second=0)
        ten = (middle - timedelta(days=1)).replace(hour=10, minute=0)
        for wall in (middle, ten):
            yield wall.strftime("%Y-%m-%dT%H:%M"), first_minute(zone, wall).strftime("%Y-%m-%dT%H:%MZ")


def main():
    out = sys.stdout
    version = sys.version.split()[0]
    out.write(json.dumps({"made_by": "scripts/zone-sample.py", "python": version, "tzdata": database()}) + "\n")
    for name in sorted(zoneinfo.available_timezones()):
        pairs = list(sample(zoneinfo.ZoneInfo(name)))
        if pairs:
            out.write(json.dumps({"zone": name, "instants": pairs}, separators=(",", ":")) + "\n")


main()
