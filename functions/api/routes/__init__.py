"""One module a resource: each route translates a request into a use case's call and its result into an answer."""
