"""Why a province is not loaded, each a class whose sentence names the way out."""

# ruff: noqa: N818 - a class is named as the fact it states, like the refusals of the kernel

from shared.clusters import ClusterError

__all__ = ["OtherProvinceHere", "RealDataHere", "SeedForDevelopmentOnly"]


class SeedForDevelopmentOnly(ClusterError):
    """Made-up data are not for production."""

    zh = "生产环境不得写入示例数据；请在 GONGZHI_ENVIRONMENT=development 的环境中运行。"
    en = "Made-up data are not for production; run this where GONGZHI_ENVIRONMENT is development."


class RealDataHere(ClusterError):
    """The database holds something that was not seeded."""

    zh = (
        "{table} 中已有数据，示例数据不与其他数据混放；"
        "请用 GONGZHI_DATA 或 GONGZHI_DATABASE_ADMIN_URL 指定空数据库。"
    )
    en = (
        "{table} holds data, and made-up data are not mixed with others; name an empty database by "
        "GONGZHI_DATA or GONGZHI_DATABASE_ADMIN_URL."
    )


class OtherProvinceHere(ClusterError):
    """Another province was loaded, or begun, in this database."""

    zh = "此数据库已有另一规模的示例数据（{found}）；请按原参数重新运行，或换一个空数据库。"
    en = "This database has made-up data of another size ({found}); ask for the same, or use an empty one."
