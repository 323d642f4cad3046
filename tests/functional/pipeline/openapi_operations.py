"""Reads a service's OpenAPI document: its operations, and bodies that fit their schemas."""

import re

METHODS = ("get", "put", "post", "delete", "patch")


# What stands in the place of a path parameter: things that are there, else a well-formed name of nothing.
PARAMETERS = {"/v1/sources/{name}": "/v1/sources/spotify", "/v1/transforms/{name}": "/v1/transforms/spotify"}


class Operation:
    def __init__(self, document, path, method, description):
        self.path = path
        self.method = method.upper()
        self._document = document
        self._description = description
        body = self._resolve(description.get("requestBody") or {})
        content = body.get("content") or {}
        self.media_types = list(content)
        self.requires_body = body.get("required", False)
        self.json_schema = self._resolve((content.get("application/json") or {}).get("schema") or {})

    def __str__(self):
        return f"{self.method} {self.path}"

    @property
    def concrete_path(self):
        path = self.path
        for pattern, known in PARAMETERS.items():
            path = path.replace(pattern, known)
        return re.sub(r"\{[^}]*\}", "nothing_of_this_name", path)

    @property
    def is_signed(self):
        """A webhook: whoever sends it proves first that he may."""
        return self.has_parameter("webhook-signature") or (self.method, self.path) == ("POST", "/v1/events")

    @property
    def takes_json(self):
        return "application/json" in self.media_types

    @property
    def properties(self):
        return {name: self._resolve(schema) for name, schema in (self.json_schema.get("properties") or {}).items()}

    def has_parameter(self, name):
        parameters = self._description.get("parameters", []) + self._document["paths"][self.path].get("parameters", [])
        return any(self._resolve(parameter)["name"] == name for parameter in parameters)

    def valid_body(self):
        """The smallest body that the schema allows."""
        return self._example(self.json_schema)

    def _example(self, schema):
        schema = self._resolve(schema)
        if "example" in schema:
            return schema["example"]
        for choice in ("oneOf", "anyOf"):
            if choice in schema and "properties" not in schema:
                return self._example(schema[choice][0])
        if schema.get("enum"):
            return schema["enum"][0]
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            return {name: self._example(schema["properties"][name]) for name in schema.get("required", [])}
        return {"array": [], "string": "text", "integer": 1, "number": 1, "boolean": True}.get(kind, "text")

    def _resolve(self, thing):
        while "$ref" in thing:
            target = self._document
            for part in thing["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            thing = target
        return thing


def operations_of(document):
    return [Operation(document, path, method, item[method])
            for path, item in document["paths"].items() for method in METHODS if method in item]


def of_another_type(schema):
    """A JSON value that the schema does not allow."""
    kinds = schema.get("type")
    kinds = set(kinds if isinstance(kinds, list) else [kinds])
    for kind, value in (("array", ["wrong"]), ("object", {"wrong": True}), ("boolean", True)):
        if kind not in kinds:
            return value
    return "wrong"
