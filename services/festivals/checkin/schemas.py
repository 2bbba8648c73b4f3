"""Check-in as callers send and get it."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, Instant, Pattern, StrictSchema
from services.festivals.domain.checkin import REASONS, VERDICTS
from services.festivals.schemas.shared import instant, line

MAX_SCANS = 500


class ScannerDraft(StrictSchema):
    """A device to let check people in: a label that tells it from the others."""

    label = line(80, required=True)


class ScannerView(StrictSchema):
    """A device at the door."""

    id = fields.String()
    event_id = fields.String()
    label = fields.String()
    created_at = Instant()
    revoked_at = Instant(allow_none=True)


class ScannerMade(ScannerView):
    """A new device with its secret code, which is told this once."""

    code = fields.String()


class Jwk(StrictSchema):
    """A public key (RFC 8037)."""

    kty = fields.String()
    crv = fields.String()
    x = fields.String()
    kid = fields.String()
    use = fields.String()


class BundleView(StrictSchema):
    """What a device takes to the door. ``bundle`` is a JWS; the README of the service tells what it holds."""

    bundle = fields.String(validate=validate.Length(max=8 * 1024 * 1024))
    keys = fields.List(fields.Nested(Jwk))
    issued_at = Instant()
    valid_until = Instant()
    guests = fields.Integer()


class ScanDraft(StrictSchema):
    """One scan; ``id`` is a new UUID of the device, so that handing it in twice is once."""

    id = Identifier(required=True)
    code_digest = fields.String(
        required=True,
        validate=[validate.Length(equal=64), Pattern(r"^[0-9a-f]{64}$", error="The SHA-256 of the code in lower hex.")],
        metadata={"description": "SHA-256 of the guest's secret code, in hexadecimal."},
    )
    timing_id = Identifier(required=True)
    at = instant(required=True, metadata={"description": "What the device's clock said."})
    issued_at = instant(required=True, metadata={"description": "``issued_at`` of the bundle the device had."})
    forced = fields.Boolean(load_default=False, metadata={"description": "Let in although the rules did not."})
    offline = fields.Boolean(load_default=False, metadata={"description": "The device had no network then."})


class ScansDraft(StrictSchema):
    """Scans that a device hands in, in any order, as often as it likes."""

    scans = fields.List(fields.Nested(ScanDraft), required=True, validate=validate.Length(min=1, max=MAX_SCANS))


class ScanView(StrictSchema):
    """A scan: what it did (``verdict``), and why the rules turned it away, if they did (``reason``)."""

    id = fields.String()
    scanner_id = fields.String()
    code_digest = fields.String()
    timing_id = fields.String()
    at = Instant()
    issued_at = Instant()
    forced = fields.Boolean()
    offline = fields.Boolean()
    reason = fields.String(allow_none=True, validate=validate.OneOf(REASONS))
    verdict = fields.String(validate=validate.OneOf(VERDICTS))
    received_at = Instant()


class HandedIn(StrictSchema):
    """How many scans were new, how many known, and what each did."""

    new = fields.Integer()
    known = fields.Integer()
    scans = fields.List(fields.Nested(ScanView), validate=validate.Length(max=MAX_SCANS))


class TimingFigures(StrictSchema):
    """Who came in to one timing."""

    timing_id = fields.String()
    registrations = fields.Integer()
    people = fields.Integer()


class Figures(StrictSchema):
    """Who came."""

    event_id = fields.String()
    timings = fields.List(fields.Nested(TimingFigures), validate=validate.Length(max=400))
