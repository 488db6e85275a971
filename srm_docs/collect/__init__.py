"""Ask AWS: the calls and the places in, answers and refusals out, each kept with its circumstances."""
