"""Reads of groups and their members."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from evaluation.governance.models import GroupMember
from lms.db import db
from lms.organisations.models import PartnershipGroup


def members_of(group: PartnershipGroup, on: date) -> Sequence[GroupMember]:
    """Who sits in a group on a day, by the order in which they joined."""
    return db.session.scalars(
        select(GroupMember)
        .options(joinedload(GroupMember.person))
        .where(
            GroupMember.group_id == group.id,
            GroupMember.since <= on,
            or_(GroupMember.until.is_(None), GroupMember.until >= on),
        )
        .order_by(GroupMember.since, GroupMember.id)
    ).all()
