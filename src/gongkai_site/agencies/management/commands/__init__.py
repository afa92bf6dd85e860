"""Commands of this room, run by `python -m gongkai_site manage`."""
