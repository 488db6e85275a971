"""Close: the files of a packet in, one folder (or zip) with a manifest and SHA256SUMS out, whole or not at all."""
