"""Answers made readable: blocks of text and tables for people, versioned JSON documents for programs.

`blocks` says what there is to show; `plain` and `terminal` draw it. Models, solutions and check reports become
blocks in `listing`, `games`, `solutions` and `checks`, and JSON in `documents`.
"""
