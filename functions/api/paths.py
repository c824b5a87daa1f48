"""Where the path of a request leads, asked before anything else of the request is read."""

import re

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

import problems
from voice_engine.errors import NotFound


class Resolver(APIGatewayHttpResolver):
    """The library's own patterns of paths leave many characters out of a parameter, take any one for a dot, and end
    before a line break. Here a parameter takes whatever stands between two slashes, and all else only itself."""

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = r"{}\Z") -> re.Pattern[str]:
        # Text and names of parameters take turns.
        text, *others = re.split(r"<(\w+)>", rule)
        named = zip(others[::2], others[1::2], strict=True)
        pattern = re.escape(text) + "".join(f"(?P<{name}>[^/]+){re.escape(after)}" for name, after in named)
        return re.compile(base_regex.format(pattern))

    def route_of(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route that `resolve` takes, and what stands in the place of each parameter."""
        for route in (*self._static_routes, *self._dynamic_routes):
            if route.method == method and (found := route.rule.match(path)):
                return route, found.groupdict()
        return None


def leads_nowhere(request: APIGatewayProxyEventV2, app: Resolver) -> Response[str] | None:
    """The refusal of a path that has no route, or where a parameter can be the name of nothing; None for all others."""
    found = app.route_of(request.http_method, request.path)
    if found is None:
        return problems.no_route()
    route, given = found
    for parameter in route.dependant.path_params:
        _, wrong = parameter.validate(given[parameter.name])
        if wrong:
            return problems.not_found(NotFound(parameter.name.removesuffix("_id"), given[parameter.name]))
    return None
