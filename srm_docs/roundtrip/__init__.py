"""A workbook that people filled in -> the register: read as a stranger's file, merged cell by cell, or refused."""
