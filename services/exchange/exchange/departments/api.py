"""Routes of the exchange administrator: departments, their keys, their grants."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Request
from pydantic import AfterValidator, Field

from exchange.departments.commands import enter_department, grant_to_department, make_key, withdraw_key
from exchange.departments.domain import Grant, Resource, Share
from exchange.departments.queries import (
    DEPARTMENT_ORDERS,
    DepartmentDetail,
    DepartmentView,
    KeyView,
    list_departments,
    the_department,
)
from shared.identity import Permission, SignatureAlgorithm
from shared.kernel import check_company_code
from shared.web import (
    IDEMPOTENCY_KEY,
    BadRequest,
    Body,
    Code,
    CurrentWork,
    Moment,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    Uscc,
    needs,
    not_taking,
    ordered,
)

__all__ = ["router"]

SHARES_MAX: Final = 200

router = Router(
    prefix="/departments",
    tags=["departments"],
    about="接入部门、密钥与授权。/ Departments, their keys and what is granted to them.",
)


class SecretIsToldOnce(BadRequest):
    """An answer with a secret is not kept, so it cannot be given again by its Idempotency-Key."""

    zh = "密钥只显示一次、不作留存，本接口不接受 Idempotency-Key；若未收到答复，请停用该密钥后重新办理。"
    en = "A secret is told once and not kept: leave out Idempotency-Key. If the answer is lost, withdraw it."


def _valid_code(text: str) -> str:
    verdict = check_company_code(text)
    if not verdict.valid:
        message = f"{verdict.explain('zh')} / {verdict.explain('en')}"
        raise ValueError(message)
    return verdict.code


class NewDepartment(Body):
    """A department by its unified social credit code; `contact` is an office and its telephone."""

    code: Annotated[Code, AfterValidator(_valid_code)]
    name: ShortText
    territory: Territory
    contact: ShortText


class Receiving(Body):
    """One kind of fact, about one territory and all below it."""

    event_type: Code
    territory: Territory


class NewGrant(Body):
    """The purpose and the legal basis (N-08), what the department sends, what it receives.

    With `pii_level` 0 facts come without what tells of persons, with 1 they come masked.
    """

    purpose: ShortText
    legal_basis: ShortText
    pii_level: Literal[0, 1] = 0
    sends: Annotated[tuple[Resource, ...], Field(max_length=len(Resource))] = ()
    receives: Annotated[tuple[Receiving, ...], Field(max_length=SHARES_MAX)] = ()

    def grant(self) -> Grant:
        """Return what the body says in the words of the domain."""
        return Grant(
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            pii_level=self.pii_level,
            sends=frozenset(self.sends),
            receives=frozenset(Share(one.event_type, one.territory) for one in self.receives),
        )


class NewKey(Body):
    """How the department will sign, and from when on: from now on unless it says later."""

    algorithm: SignatureAlgorithm
    valid_from: Moment | None = None


class NewKeyView(KeyView):
    """A key just made, with its secret in base64: it is shown this once."""

    secret: str


@router.post("", operation_id="enter_department", summary="登记部门", status_code=201)
@needs(Permission.DEPARTMENT_MANAGE)
async def enter(body: NewDepartment, work: CurrentWork) -> DepartmentView:
    """Enter a department."""
    department = await enter_department(
        work, code=body.code, name=body.name, territory=body.territory, contact=body.contact
    )
    return DepartmentView.model_validate(department)


@router.get("", operation_id="list_departments", summary="列出部门")
@needs(Permission.DEPARTMENT_MANAGE)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(DEPARTMENT_ORDERS)],
    code: Uscc | None = None,
    territory: Territory | None = None,
) -> Page[DepartmentView]:
    """List the departments in the order they were entered."""
    return await list_departments(work, paging=paging, code=code, territory=territory)


@router.get("/{department_id}", operation_id="show_department", summary="查看一个部门")
@needs(Permission.DEPARTMENT_MANAGE)
async def one(department_id: UUID, work: CurrentWork) -> DepartmentDetail:
    """Show a department with its keys and its grant."""
    return await the_department(work, department_id=department_id)


@router.post(
    "/{department_id}/keys",
    operation_id="make_department_key",
    summary="签发部门密钥",
    status_code=201,
    openapi_extra=not_taking("IdempotencyKey"),
)
@needs(Permission.DEPARTMENT_MANAGE)
async def new_key(department_id: UUID, body: NewKey, request: Request, work: CurrentWork) -> NewKeyView:
    """Make a key; its secret is in this answer and nowhere else."""
    if IDEMPOTENCY_KEY in request.headers:
        raise SecretIsToldOnce
    key, secret = await make_key(
        work, department_id=department_id, algorithm=body.algorithm, valid_from=body.valid_from
    )
    return NewKeyView(**KeyView.of(key, now=work.now).model_dump(), secret=secret)


@router.delete("/{department_id}/keys/{key_id}", operation_id="end_department_key", summary="停用部门密钥")
@needs(Permission.DEPARTMENT_MANAGE)
async def end_key(department_id: UUID, key_id: Code, work: CurrentWork) -> KeyView:
    """Withdraw a key at once."""
    return KeyView.of(await withdraw_key(work, department_id=department_id, key_id=key_id), now=work.now)


@router.put("/{department_id}/grants", operation_id="grant_department", summary="设定部门的数据授权")
@needs(Permission.DEPARTMENT_MANAGE)
async def grants(department_id: UUID, body: NewGrant, work: CurrentWork) -> DepartmentDetail:
    """Say anew what the department may send and receive; what is not named is no longer granted."""
    await grant_to_department(work, department_id=department_id, grant=body.grant())
    return await the_department(work, department_id=department_id)
