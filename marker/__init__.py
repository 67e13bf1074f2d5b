"""Marks what students hand in: their code runs in a sandbox, their answers are compared outside it.

``python -m marker`` lists the commands. The page for instructors in the book goes through them, and
says what a student can and cannot do.
"""
