"""Requests for information, from the first word to the archive (依申请公开).

The events of a case are the only truth about it. `service` holds one function a verb; it is the only
place that writes. `queries` reads. Nothing here counts a day: `gongkai.casework` does.
"""
