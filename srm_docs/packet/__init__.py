"""Assemble: catalog, conclusions, declarations and snapshot in, one frozen document model out."""
