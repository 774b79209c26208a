"""Reads an iCalendar file from standard input with the package icalendar, which shares no code with tidebox, and prints what it says
as JSON. With a zone, times of the clock, a date and a number of days, also when check-ins of 45 minutes on each of these dates are,
worked out by zoneinfo: a time that the clock leaves out is the first one after it, one that comes twice is the first of the two."""

import datetime
import json
import sys
import zoneinfo

import icalendar

UTC = datetime.timezone.utc


def instant(value):
    """A UTC instant; anything else is said as it is."""
    utc = isinstance(value, datetime.datetime) and value.utcoffset() == datetime.timedelta(0)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if utc else repr(value)


def expected(zone, times, first, days):
    zone, found = zoneinfo.ZoneInfo(zone), []
    for day in range(days):
        date = datetime.date.fromisoformat(first) + datetime.timedelta(days=day)
        for time in times.split(","):
            local = datetime.datetime.combine(date, datetime.time.fromisoformat(time))
            while local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
                local += datetime.timedelta(minutes=1)
            opens = local.replace(tzinfo=zone).astimezone(UTC)
            found.append([instant(opens), instant(opens + datetime.timedelta(minutes=45))])
    return found


calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
errors = [str(error) for part in calendar.walk() for error in getattr(part, "errors", [])]
events = [
    {
        "start": instant(event["DTSTART"].dt),
        "end": instant(event["DTEND"].dt),
        "summary": str(event["SUMMARY"]),
        "transparent": str(event["TRANSP"]) == "TRANSPARENT",
        "recurs": any(name in event for name in ("RRULE", "RDATE", "EXDATE")),
        "uid": str(event["UID"]),
    }
    for event in calendar.walk("VEVENT")
]
free = []
for part in calendar.walk("VFREEBUSY"):
    periods = part.get("FREEBUSY", [])
    for period in periods if isinstance(periods, list) else [periods]:
        kind = period.params.get("FBTYPE")
        free.append([instant(period.start), instant(period.end), str(kind)])
spans = [[instant(part["DTSTART"].dt), instant(part["DTEND"].dt)] for part in calendar.walk("VFREEBUSY")]
zones = len(calendar.walk("VTIMEZONE"))
print(json.dumps({
    "events": events, "free": free, "spans": spans, "zones": zones, "errors": errors,
    "expected": expected(*sys.argv[1:4], int(sys.argv[4])),
}))
