"""The CSL 1.0.2 input model as a JSON schema, as far as Broadsheet uses it, in our own words."""

TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": dict.fromkeys(
        ("family", "given", "non-dropping-particle", "dropping-particle", "suffix", "literal"), TEXT
    ),
    "additionalProperties": False,
    "oneOf": [{"required": ["family", "given"]}, {"required": ["literal"]}],
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,  # two are a range
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "prefixItems": [
                    {"type": "integer"},
                    {"type": "integer", "minimum": 1, "maximum": 12},
                    {"type": "integer", "minimum": 1, "maximum": 31},
                ],
            },
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "type": {"enum": ["article", "document"]},
            "title": TEXT,
            "author": {"type": "array", "minItems": 1, "items": NAME},
            "issued": DATE,
            "genre": TEXT,
            "number": TEXT,
            "publisher": TEXT,
            "DOI": TEXT,
            "URL": {"type": "string", "pattern": "^https?://"},
            "abstract": TEXT,
        },
        "required": ["id", "type", "title", "URL"],
        "additionalProperties": False,
    },
}
