"""The people of the demo whom anybody may sign in as."""

from dataclasses import dataclass

from accounts.language import in_reader_language

PASSWORD = "duijie-demo"  # noqa: S105  # of the demo's accounts, shown at its start and refused elsewhere


@dataclass(frozen=True)
class Account:
    """A sign-in of the demo and what the person is."""

    email: str
    name_zh: str
    name_en: str
    role_zh: str
    role_en: str
    is_official: bool = False

    @property
    def role(self) -> str:
        """What the person is, in the reader's language."""
        return in_reader_language(self.role_zh, self.role_en)

    @property
    def name(self) -> str:
        """Both spellings, as kept with the user."""
        return f"{self.name_zh} {self.name_en}"


OFFICE = Account(
    "office@demo.invalid",
    "周敏",
    "Zhou Min",
    "市链长办：看到并管理全部内容",
    "city office: sees and runs everything",
    is_official=True,
)
CHIEF = Account(
    "chief@demo.invalid",
    "陈志远",
    "Chen Zhiyuan",
    "汽车零部件产业链链长",
    "chief of the auto parts chain",
    is_official=True,
)
DISTRICT = Account(
    "district@demo.invalid",
    "林晓燕",
    "Lin Xiaoyan",
    "瑞安市专员",
    "district officer of Rui'an",
    is_official=True,
)
ORGANISER = Account(
    "organiser@demo.invalid",
    "吴海波",
    "Wu Haibo",
    "今日活动的组织者",
    "organiser of today's event",
    is_official=True,
)
SUPPLIER = Account(
    "supplier@demo.invalid",
    "黄建平",
    "Huang Jianping",
    "汽车零部件企业代表",
    "represents a maker of auto parts",
)
BUYER = Account(
    "buyer@demo.invalid",
    "徐丽娜",
    "Xu Lina",
    "哪吒汽车采购代表",
    "represents Neta's purchasing",
)

ACCOUNTS = (OFFICE, CHIEF, DISTRICT, ORGANISER, SUPPLIER, BUYER)
