"""A published report, in any state, into the value: recognise → restore → locate → read."""
