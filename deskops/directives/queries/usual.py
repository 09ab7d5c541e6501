"""The templates that a trip starts with: the orders that officials really give, in the words of an office.

They hold until a coordinator takes them over into the trip and changes them. Agencies are named by their codes; where a
trip has no such agency, the desk's own is offered instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from deskops.core.i18n import lazy
from deskops.desks.rules import OFFICE
from deskops.directives import rules


@dataclass(frozen=True)
class UsualTemplate:
    """`text` is what the letter says, hence Persian; `agency` the code of who usually does it, empty for the desk's."""

    key: str
    kind: str
    title: object
    text: str
    days: int | None = None
    agency: str = ""


_BOTH = (
    UsualTemplate(
        "refer",
        rules.REFER,
        lazy("Refer to the agency"),
        "درخواست نامبرده بررسی و برابر مقررات اقدام شود. نتیجه به متقاضی و این دفتر اعلام گردد.",
        10,
    ),
    UsualTemplate(
        "bank",
        rules.INTRODUCE,
        lazy("Introduce to a bank"),
        "نامبرده برای دریافت تسهیلات معرفی می‌شود. با رعایت ضوابط و در حد اعتبار، همکاری لازم به عمل آید.",
        10,
        "banks_council",
    ),
    UsualTemplate(
        "inspect",
        rules.INSPECT,
        lazy("Order to the inspection office"),
        "موضوع در محل بررسی و گزارش آن با پیشنهاد مشخص ارائه شود.",
        7,
        "inspection",
    ),
    UsualTemplate(
        "older",
        rules.FOLLOW_UP,
        lazy("Follow up an older demand"),
        "مورد پیشین نامبرده با کد رهگیری پیوست تا حصول نتیجه پیگیری و علت تأخیر گزارش شود.",
        7,
        "inspection",
    ),
    UsualTemplate(
        "promise",
        rules.PROMISE,
        lazy("Promise to follow up"),
        "این موضوع را دفتر اینجانب با مسئولان مربوط پیگیری می‌کند و نتیجه را به متقاضی خبر می‌دهد.",
        10,
        "governor",
    ),
    UsualTemplate(
        "documents",
        rules.DOCUMENTS,
        lazy("Ask for documents"),
        "برای ادامه رسیدگی، مدارک مربوط به موضوع به همین میز یا دفتر تحویل شود.",
    ),
    UsualTemplate(
        "guidance",
        rules.GUIDANCE,
        lazy("Guidance"),
        "راه رسیدگی به این موضوع حضوری برای متقاضی توضیح داده شد.",
    ),
    UsualTemplate(
        "whose",
        rules.OUT_OF_AUTHORITY,
        lazy("Out of authority: whose matter it is"),
        "تصمیم در این باره در اختیار دستگاه نام‌برده است و درخواست باید همان‌جا ثبت شود.",
    ),
    UsualTemplate(
        "refuse",
        rules.REFUSE,
        lazy("Refuse with the reason"),
        "با این درخواست به علت نداشتن شرایط مقرر موافقت نمی‌شود.",
    ),
    UsualTemplate(
        "thank", rules.THANK, lazy("Thank"), "از حضور و اظهار لطف شما سپاسگزاریم."
    ),
)  # fmt: skip
_OF_TRIP = (
    UsualTemplate(
        "urgent",
        rules.REFER,
        lazy("Answer before the trip ends"),
        "تا پایان سفر پاسخ قطعی به متقاضی داده شود و نتیجه همان روز به این دفتر برسد.",
        3,
    ),
)
_OF_OFFICE = (
    UsualTemplate(
        "receive",
        rules.REFER,
        lazy("Receive the person in your office"),
        "نامبرده در همین هفته حضوری پذیرفته شود، درخواست او شنیده و نتیجه گزارش گردد.",
        5,
    ),
)


def usual_templates(trip_kind: str) -> tuple[UsualTemplate, ...]:
    """Those of a standing office, or of a trip."""
    return _BOTH + (_OF_OFFICE if trip_kind == OFFICE else _OF_TRIP)
