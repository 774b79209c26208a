#!/usr/bin/env python3
"""Writes dates of random rules (RRULE) and offsets of random zones (VTIMEZONE) as python-dateutil computes them, for the test
tests/suite/mail/invitations.rs: scripts/recurrence-sample.py > tests/fixtures/recurrence-sample.jsonl"""

import datetime
import io
import json
import random
import warnings

import dateutil
from dateutil.rrule import rrulestr
from dateutil.tz import tzical

warnings.simplefilter("ignore")
random.seed(20261129)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FORM = "%Y%m%dT%H%M%S"


def sample(values, most):
    return random.sample(values, random.randint(1, most))


def listed(values):
    return ",".join(str(value) for value in values)


def rule():
    frequency = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={frequency}"]
    if random.random() < 0.5:
        parts.append(f"INTERVAL={random.randint(1, 5)}")
    if frequency == "DAILY" and random.random() < 0.4:
        parts.append(f"BYDAY={listed(sample(DAYS, 5))}")
    if frequency == "WEEKLY" and random.random() < 0.7:
        parts.append(f"BYDAY={listed(sample(DAYS, 4))}")
        parts.append(f"WKST={random.choice(['MO', 'SU'])}")
    if frequency == "MONTHLY":
        kind = random.random()
        if kind < 0.4:
            parts.append(f"BYDAY={random.choice([-2, -1, 1, 2, 3, 4, 5])}{random.choice(DAYS)}")
        elif kind < 0.6:
            parts.append(f"BYMONTHDAY={listed(sample([-2, -1, 1, 13, 28, 29, 30, 31], 3))}")
        elif kind < 0.8:
            parts.append(f"BYDAY={listed(sample(DAYS, 5))};BYSETPOS={random.choice([-1, 1, 2])}")
    if frequency == "YEARLY":
        kind = random.random()
        if kind < 0.4:
            parts.append(f"BYMONTH={random.randint(1, 12)};BYDAY={random.choice([-1, 1, 2, 3])}{random.choice(DAYS)}")
        elif kind < 0.7:
            parts.append(f"BYMONTH={listed(sample(list(range(1, 13)), 3))};BYMONTHDAY={listed(sample([-1, 1, 15, 29, 30], 2))}")
    if random.random() < 0.3:
        parts.append(f"COUNT={random.randint(1, 40)}")
    return ";".join(parts)


def moment(first, last):
    days = (last - first).days
    return first + datetime.timedelta(days=random.randint(0, days), minutes=random.randint(0, 1439))


def rules(count):
    while count:
        text = rule()
        near = moment(datetime.datetime(2015, 1, 1), datetime.datetime(2026, 12, 31))
        # The first time has to be one of the rule's: what else counts is not said by the standard.
        start = next(iter(rrulestr(text.split(";COUNT")[0], dtstart=near)), None)
        if start is None:
            continue
        first = moment(start, start + datetime.timedelta(days=1500))
        found = []
        for at in rrulestr(text, dtstart=start):
            if at >= first:
                found.append(at.strftime(FORM))
            if len(found) == 4:
                break
        print(json.dumps({"start": start.strftime(FORM), "rule": text, "from": first.strftime(FORM), "next": found}))
        count -= 1


def offset(minutes):
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def zones(count):
    while count:
        winter = random.randrange(-720, 780, 15)
        summer = winter + random.choice([30, 60, 120])
        lines = []
        for name, before, after, months in [
            ("STANDARD", summer, winter, [9, 10, 11]),
            ("DAYLIGHT", winter, summer, [2, 3, 4]),
        ]:
            lines += [
                f"BEGIN:{name}",
                f"DTSTART:{random.choice([1601, 1970, 2007])}0101T0{random.randint(0, 3)}0000",
                f"TZOFFSETFROM:{offset(before)}",
                f"TZOFFSETTO:{offset(after)}",
                f"RRULE:FREQ=YEARLY;BYMONTH={random.choice(months)};BYDAY={random.choice([-1, 1, 2, 3])}SU",
                f"END:{name}",
            ]
        text = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:Own", *lines, "END:VTIMEZONE", ""])
        zone = tzical(io.StringIO(text)).get("Own")
        at = moment(datetime.datetime(2009, 1, 1), datetime.datetime(2035, 12, 31))
        # Near a change the clock may show a time twice, or not at all; those have tests of their own.
        around = [at + datetime.timedelta(hours=hours) for hours in (-6, 0, 6)]
        if len({zone.utcoffset(it) for it in around}) > 1:
            continue
        seconds = int(zone.utcoffset(at).total_seconds())
        print(json.dumps({"zone": text, "written": at.strftime(FORM), "offset": seconds}))
        count -= 1


print(json.dumps({"made by": "scripts/recurrence-sample.py", "dateutil": dateutil.__version__}))
rules(300)
zones(100)
