"""«Поддержка»: what it is about, what happened, and one's requests with what was answered.

Choosing, writing and the thanks ask for no PIN: who has forgotten it needs them. What was written and
answered before does.
"""

from dialogs.support.windows import dialog

__all__ = ["dialog"]
