"""The demonstration: a made-up office, its year 2020, and a present around today.

The people and texts stand in YAML files (`demo/requests`), each marked 【示例】. They are brought
about by the same verbs an office uses, so that nothing in it could not have happened.
"""

from gongkai_site.info_requests.demo.load import CODE, Loaded, load
from gongkai_site.info_requests.demo.stories import Story, StoryInvalid, read_stories

__all__ = [
    "CODE",
    "Loaded",
    "Story",
    "StoryInvalid",
    "load",
    "read_stories",
]
