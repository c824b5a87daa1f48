"""`make openapi`: writes the document, the page and the collection from the code of the routes."""

import argparse
import json
import os
from pathlib import Path

_ROOT = Path(__file__).parent.parent

# The routes read the settings when they are imported. Nothing of these stands in the document.
_ENVIRONMENT = {
    "MONGODB_URI": "mongodb://localhost",
    "REDIS_URL": "redis://localhost",
    "OIDC_ISSUER": "https://issuer.example/",
    "OIDC_AUDIENCE": "voice-engine",
    "OIDC_JWKS_URL": "https://issuer.example/jwks.json",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make openapi", description=__doc__)
    parser.add_argument("--root", type=Path, default=_ROOT, help="where the files are written, here by default")
    root: Path = parser.parse_args().root
    os.environ.update(_ENVIRONMENT)

    from contract import collection
    from contract.document import document
    from contract.page import page

    made = document()
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    # The functions are deployed without docs/, so the one that serves the document has a copy.
    files = {
        "docs/openapi.json": text,
        "functions/api/published/openapi.json": text,
        "functions/api/published/docs.html": page(made),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    collection.write(root, made)


if __name__ == "__main__":
    main()
