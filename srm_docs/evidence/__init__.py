"""Keep what came back: answers in, redacted bodies named by digest and snapshots of who asked what and when, out."""
