"""Judge: checks and a snapshot in, met, unmet, unknown or not applicable out, with what it rests on."""
