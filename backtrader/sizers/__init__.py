"""The sizers that come with the package."""

from .fixedsize import *  # noqa: F403
from .percents_sizer import *  # noqa: F403
