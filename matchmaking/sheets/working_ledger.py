"""The working ledger (台账) as such an office keeps it: Chinese heads, one deal a line, the rule beside."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import override

from companies.sheets.writing import Sheet, workbook_of
from events.models import Confirmation, Deal, Evidence, FollowUp, Fulfilment, Problem
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.scope import Scope

TEN_THOUSAND = Decimal(10_000)
HEADS = (
    "序号",
    "项目编号",
    "项目名称",
    "供应方",
    "供应方统一社会信用代码",
    "采购方",
    "统计归属产业链",
    "统计归属地区",
    "对接活动",
    "活动类型",
    "项目阶段",
    "意向日期",
    "意向金额（万元）",
    "签约日期",
    "签约金额（万元）",
    "订单金额（万元）",
    "履约金额（万元）",
    "履约率",
    "新增产值（万元）",
    "币种",
    "签约金额（原币）",
    "折算汇率",
    "汇率日期",
    "合同编号",
    "佐证材料",
    "登记人",
    "核实人",
    "核实日期",
    "采购方确认",
    "供应方确认",
    "最近跟踪",
    "付款情况",
    "未解决问题（个）",
    "解除日期",
    "解除原因",
    "备注",
)
RULES = (
    "signed_projects",
    "order_volume_cny",
    "signed_unverified",
    "framework_agreements",
    "intention_projects",
    "intention_value_cny",
    "fulfilled_cny",
    "new_output_cny",
    "docking_activities",
    "visits",
    "problems_raised",
    "problems_solved",
)
"""Whose counting rules stand on the second sheet."""


def working_ledger(deals: QuerySet[Deal], scope: Scope) -> bytes:
    """The workbook: the deals, and the counting rules with the scope and the date. Always in Chinese."""
    with override("zh-hans"):
        ledger = Sheet("台账", HEADS, _lines(_with_all(deals)))
        return workbook_of([ledger, Sheet("统计口径", ("指标", "口径"), _rules(scope))])


def _with_all(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """The deals with what their lines need, in a fixed number of queries."""
    output = Fulfilment.objects.filter(deal=OuterRef("pk")).order_by().values("deal")
    follow_ups = FollowUp.objects.filter(deal=OuterRef("pk"), answered_at__isnull=False).order_by("-days")
    open_problems = Problem.objects.filter(deal=OuterRef("pk")).exclude(
        state__in=[Problem.State.SOLVED, Problem.State.WITHDRAWN]
    )
    return (
        deals.select_related(
            "supplier", "buyer", "counting_chain", "counting_division", "event", "recorded_by", "verified_by"
        )
        .annotate(
            output=Subquery(output.annotate(total=Sum("new_output_amount")).values("total")),
            has_evidence=Exists(Evidence.objects.filter(deal=OuterRef("pk"))),
            buyer_said=_said("buyer"),
            supplier_said=_said("supplier"),
            asked_days=Subquery(follow_ups.values("days")[:1]),
            paid=Subquery(follow_ups.values("payment")[:1]),
            unsolved=Subquery(open_problems.order_by().values("deal").annotate(n=Count("pk")).values("n")),
        )
        .order_by("signed_on", "pk")
    )


def _said(side: str) -> Subquery:
    standing = Confirmation.objects.filter(
        deal=OuterRef("pk"), side=side, voided_at=None, version=OuterRef("version")
    )
    return Subquery(standing.filter(~Q(answer="")).values("answer")[:1])


def _lines(deals: QuerySet[Deal]) -> Iterator[list[Any]]:
    for number, deal in enumerate(deals.iterator(chunk_size=2000), start=1):
        extra: Any = deal
        yield [
            number,
            deal.pk,
            str(deal),
            str(deal.supplier),
            deal.supplier.credit_code or "",
            str(deal.buyer),
            str(deal.counting_chain),
            str(deal.counting_division),
            str(deal.event or ""),
            deal.event.get_kind_display() if deal.event else "",
            deal.get_stage_display(),
            deal.intention_on,
            _in_ten_thousands(deal.intention_cny),
            deal.signed_on,
            _in_ten_thousands(deal.signed_cny),
            _in_ten_thousands(deal.ordered_cny),
            _in_ten_thousands(deal.fulfilled_cny),
            _share(deal.fulfilled_amount, deal.signed_amount),
            _in_ten_thousands(None if extra.output is None else extra.output * deal.rate_to_cny),
            deal.currency,
            deal.signed_amount,
            deal.rate_to_cny,
            deal.rate_date,
            deal.contract_reference,
            "有" if extra.has_evidence else "无",
            str(deal.recorded_by),
            str(deal.verified_by or ""),
            deal.verified_at,
            _answer(extra.buyer_said),
            _answer(extra.supplier_said),
            str(FollowUp.Days(extra.asked_days).label) if extra.asked_days else "",
            str(FollowUp.Payment(extra.paid).label) if extra.paid else "",
            extra.unsolved or 0,
            deal.terminated_on,
            deal.termination_reason,
            deal.note,
        ]


def _in_ten_thousands(amount: Decimal | None) -> Decimal | None:
    """Ten thousands of yuan, as such ledgers count; not rounded."""
    return None if amount is None else amount / TEN_THOUSAND


def _share(some: Decimal | None, whole: Decimal | None) -> str:
    return f"{some / whole:.1%}" if some is not None and whole else ""


def _answer(said: str | None) -> str:
    return str(Confirmation.Answer(said).label) if said else "未答复"


def _rules(scope: Scope) -> Iterator[list[Any]]:
    yield ["数据截至", scope.as_of]
    yield ["统计范围", _range(scope)]
    yield ["金额", "意向、签约、订单、履约四项金额分列，互不相加；按项目登记时的汇率折算为人民币。"]
    for key in RULES:
        yield [str(FIGURES[key].label), str(FIGURES[key].rule)]


def _range(scope: Scope) -> str:
    """The scope in words."""
    said = [
        f"产业链：{scope.chain}" if scope.chain else "",
        f"地区：{scope.division}" if scope.division else "",
        f"活动类型：{scope.kind}" if scope.kind else "",
        f"月份：{scope.month}" if scope.month else "",
        f"年份：{scope.year}" if scope.year else "",
    ]
    return "；".join(filter(None, said)) or "全市"
