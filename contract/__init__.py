"""The contract: the OpenAPI document and the page that shows it, made from the code by `make openapi`."""
