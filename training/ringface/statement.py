"""What a network was trained on and how well it does, for the manifest of an export."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from .data import Pool
from .evaluate import Pairs

DATASETS = Path(__file__).parent.parent / "datasets"


def dataset_statement(pool: Pool, mixes: int) -> dict:
    """The entry of `datasets/` that the pool's index is the hash of, or `unlisted`."""
    index = hashlib.sha256((pool.folder / "index.txt").read_bytes()).hexdigest()
    known = (json.loads(path.read_text()) for path in sorted(DATASETS.glob("*.json")))
    entry = next((entry for entry in known if entry["sha256"].get("index.txt") == index), None)
    statement = entry or {"name": "unlisted", "sha256": {"index.txt": index}, "use": "unknown: ask whoever made these weights"}
    return {**statement, "mixes": mixes}


def check_disjoint(pool: Pool, pairs: Pairs) -> None:
    """@raises ValueError when a person of the pairs is in the pool, by name; folders of the pool are SET_NAME."""
    trained = {name.split("/")[0].split("_", 1)[-1] for name in pool.names}
    common = trained & {name.split("/")[0] for name in pairs.pictures}
    if common:
        raise ValueError(f"people of the evaluation are in the training pool: {', '.join(sorted(common)[:5])}")
