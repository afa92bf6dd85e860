"""The law as dated data: instruments and articles, clocks, outcomes, letters, fees, report formats.

Python here only interprets; every number and phrase of a law stands in `data/`, with the day it
applies from and a reference that must resolve to an article we hold.
"""
