"""The exercises of the chapters: solutions, the mistakes that people make, hints."""
