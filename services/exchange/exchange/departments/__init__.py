"""Departments: who may call by machine, by which key, and for what."""
