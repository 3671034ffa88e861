"""Lessons: a derived theory as one page with sliders, a live map, and a student's own strategies put to the test."""

from deterrence.classroom.page import LESSONS, index_html, lesson_html

__all__ = ["LESSONS", "index_html", "lesson_html"]
