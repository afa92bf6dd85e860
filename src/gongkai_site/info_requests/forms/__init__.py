"""The forms of the desk: what staff type, checked for shape only; whether it may be, `service` says."""
