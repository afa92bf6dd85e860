"""The verbs of `gongkai`, a module each; `shared` holds the options and endings several have alike."""
