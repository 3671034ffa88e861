"""The closed formula language: text, trees of exact numbers, and their translations."""
