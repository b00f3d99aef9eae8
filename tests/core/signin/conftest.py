"""The fixtures of signing in: of citizens (`town`, `visitor`) and of staff (`staffed`, `anna`)."""

from tests.core.signin.colleagues import anna  # noqa: F401
from tests.core.signin.colleagues import staffed  # noqa: F401
from tests.core.signin.colleagues import townhall  # noqa: F401
from tests.core.signin.visitors import bundid  # noqa: F401
from tests.core.signin.visitors import town  # noqa: F401
from tests.core.signin.visitors import visitor  # noqa: F401
