"""A line of a batch as it is read: each by itself, so that one wrong line refuses no other.

`Lines` takes any JSON in its places and shows the schema of an order in the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from exchange.orders.domain import (
    Attachment,
    Callback,
    Caller,
    Draft,
    Extension,
    Kind,
    Progress,
    Result,
    Statement,
    Status,
    Urgency,
)
from shared.web import (
    WRITTEN_MOMENT,
    Body,
    Code,
    Flag,
    LongText,
    Sha256,
    ShortText,
    Territory,
    Whole,
    clean_text,
    explain,
)

__all__ = ["ORDERS_MAX", "Lines", "OrderLine", "explain_line", "read_line"]

ORDERS_MAX: Final = 500
LIST_MAX: Final = 20
PLACE_MAX: Final = 300
PHONE_MAX: Final = 32
# What a column of whole numbers holds.
COUNT_MAX: Final = 2**31 - 1
# Far enough for every order, near enough to count terms from.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
E6: Final = 1_000_000


def _degrees(most: int) -> dict[str, object]:
    """Say in the document what a degree is: a number, also written as a text."""
    number = {"type": "number", "minimum": -most, "maximum": most, "multipleOf": 1e-6}
    text = {"type": "string", "maxLength": 11, "pattern": r"^-?[0-9]{1,3}(?:\.[0-9]{1,6})?$"}
    return {"anyOf": [number, text]}


When = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST), WRITTEN_MOMENT]
Place = Annotated[str, StringConstraints(max_length=PLACE_MAX), AfterValidator(clean_text)]
Phone = Annotated[ShortText, StringConstraints(max_length=PHONE_MAX)]
Longitude = Annotated[
    Decimal, Field(ge=-180, le=180, decimal_places=6), WithJsonSchema(_degrees(180), mode="validation")
]
Latitude = Annotated[
    Decimal, Field(ge=-90, le=90, decimal_places=6), WithJsonSchema(_degrees(90), mode="validation")
]


class GeoLine(Body):
    """A point in degrees, at most six decimals."""

    longitude: Longitude
    latitude: Latitude


class AttachmentLine(Body):
    """A file the hotline keeps, by its name and the hexadecimal SHA-256 of its bytes."""

    name: ShortText
    sha256: Sha256


class ExtensionLine(Body):
    """More time: why, by whose leave, until when."""

    reason: ShortText
    approver: ShortText
    new_due: When


class CallbackLine(Body):
    """What the caller said when asked."""

    at: When
    contacted: Flag
    solved: Flag | None = None
    satisfied: Flag | None = None


class OrderLine(Body):
    """One 12345 order by the names of the exchange standard (9.4).

    `category_code` is the hotline's: a code, or the names of its levels divided by `/`. `estate_code` is ours
    and may be left out. What is left out of status, terms, units and reply stays as it was.
    """

    order_no: Code
    source_channel: ShortText = "12345"
    received_at: When
    caller_name: ShortText | None = None
    caller_phone: Phone | None = None
    secret_flag: Flag = False
    type: Kind
    category_code: ShortText
    title: ShortText
    content: LongText
    place_text: Place = ""
    territory_code: Territory
    estate_code: Code | None = None
    geo: GeoLine | None = None
    urgency: Urgency = Urgency.NORMAL
    attachments: Annotated[tuple[AttachmentLine, ...], Field(max_length=LIST_MAX)] = ()
    repeat_of: Code | None = None
    status: Status = Status.NEW
    dispatch_at: When | None = None
    sign_due: When | None = None
    handle_due: When | None = None
    host_unit: ShortText | None = None
    assist_units: Annotated[tuple[ShortText, ...], Field(max_length=LIST_MAX)] = ()
    return_count: Annotated[Whole, Field(le=COUNT_MAX)] | None = None
    extension: ExtensionLine | None = None
    reply_text: LongText | None = None
    replied_at: When | None = None
    result: Result | None = None
    callback: CallbackLine | None = None

    def draft(self) -> Draft:
        """Return what the line says in the words of the domain."""
        return Draft(order_no=self.order_no, statement=self._statement(), progress=self._progress())

    def _statement(self) -> Statement:
        named = self.caller_name is not None or self.caller_phone is not None
        geo = self.geo
        return Statement(
            source_channel=self.source_channel,
            received_at=self.received_at,
            caller=Caller(name=self.caller_name, phone=self.caller_phone) if named else None,
            secret_flag=self.secret_flag,
            type=self.type,
            category_code=self.category_code,
            title=self.title,
            content=self.content,
            place_text=self.place_text,
            territory_code=self.territory_code,
            estate_code=self.estate_code,
            geo=(int(geo.longitude * E6), int(geo.latitude * E6)) if geo else None,
            urgency=self.urgency,
            attachments=tuple(Attachment(name=each.name, sha256=each.sha256) for each in self.attachments),
            repeat_of=self.repeat_of,
        )

    def _progress(self) -> Progress:
        extension, callback = self.extension, self.callback
        return Progress(
            status=self.status,
            dispatch_at=self.dispatch_at,
            sign_due=self.sign_due,
            handle_due=self.handle_due,
            host_unit=self.host_unit,
            assist_units=self.assist_units,
            return_count=self.return_count,
            extension=Extension(**dict(extension)) if extension else None,
            reply_text=self.reply_text,
            replied_at=self.replied_at,
            result=self.result,
            callback=Callback(**dict(callback)) if callback else None,
        )


class _ShownAsOrder:
    """Shows the schema of an order for a place that takes any JSON."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(OrderLine.__pydantic_core_schema__)


Lines = Annotated[
    list[Annotated[object, _ShownAsOrder]],
    Field(min_length=1, max_length=ORDERS_MAX),
]


def read_line(line: object) -> Draft | ValidationError:
    """Return a line as a draft, or what is wrong with it."""
    try:
        return OrderLine.model_validate(line).draft()
    except ValidationError as wrong:
        return wrong


def explain_line(wrong: ValidationError, *, place: int, language: str) -> Sequence[Mapping[str, str]]:
    """Say what is wrong with the line at a place of the batch, field by field."""
    head = ("body", "orders", place)
    errors: list[dict[str, Any]] = [{**error, "loc": (*head, *error["loc"])} for error in wrong.errors()]
    return [
        {name: _writable(text) for name, text in each.items()} for each in explain(errors, language=language)
    ]


def _writable(text: str) -> str:
    """Replace halves of surrogate pairs, which a field's name can hold and no answer can be written with."""
    return text.encode(errors="replace").decode()
