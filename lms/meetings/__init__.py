"""Attendance reports of online meetings: read, matched to bookings, looked at, and put on the register."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__)
