"""Packet -> bytes: PDF, workbook and JSON; nothing is decided here."""
