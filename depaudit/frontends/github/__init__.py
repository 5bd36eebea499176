"""GitHub's side of a run: what happened (the event), what the REST API is asked, the one comment, the label."""
