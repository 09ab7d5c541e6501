"""Intake, console, lists, receipt."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("demands", __name__)
