"""Working days of the People's Republic of China: a dated data file a year, by notice.

>>> from datetime import date
>>> Calendar.load().add(date(2021, 2, 1), 20)
datetime.date(2021, 3, 4)
"""

from gongkai.workdays.calendar import WEEKEND, WORKED_WEEKEND, WORKING_DAY, Calendar
from gongkai.workdays.yearfile import DayOff, Notice, WorkedDay, YearFile, parse_year_file

__all__ = [
    "WEEKEND",
    "WORKED_WEEKEND",
    "WORKING_DAY",
    "Calendar",
    "DayOff",
    "Notice",
    "WorkedDay",
    "YearFile",
    "parse_year_file",
]
