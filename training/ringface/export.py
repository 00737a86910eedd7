"""Writes a network for the evaluator: integers, manifest and golden vectors (README.md, "Files of an export")."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .folding import Folded, FoldedLayer, Quantised, exact_layers, fold, quantise, rescale, ring_layout, slot_layout
from .network import RingFace
from .picture import CHIP, planes_of, standardise, taps_of
from .shapes import EMBEDDING, GRID, NEIGHBOURS, TAPS, Shape
from .toys import ToyFace

LICENCE = "LicenseRef-research-only"
SAMPLES = 48
"""Slots of every layer that a golden vector names."""
QUANTILES = (0.001, 0.01, 0.5, 0.99, 0.999)


def quantised(network: RingFace, taps: Tensor) -> list[Quantised]:
    """Folded, brought to range on `taps` (pictures of the pool) and rounded."""
    layers = fold(network)
    embedding, seen = _run(network.shape, layers, taps)
    rms = torch.stack([h.double().square().mean((0, 2, 3)).sqrt() for _, h in seen]).amax(0)
    length = embedding.double().square().sum(1).mean().sqrt().item()
    return [quantise(layer) for layer in rescale(layers, rms.clamp_min(1e-6), length)]


def write(shape: Shape, layers: list[Quantised], taps: Tensor, folder: Path, statement: dict) -> None:
    """@param taps pictures of people not trained on, for ranges @param statement `dataset` and `accuracy` of the manifest"""
    folder.mkdir(parents=True, exist_ok=True)
    weights, tensors = _tensors(shape, layers)
    golden, chips = golden_vectors(shape, layers)
    embedding, seen = _run(shape, layers, taps)
    manifest = {
        "format": "ringface/1",
        "name": shape.name,
        "grid": GRID,
        "block": shape.block,
        "channels": shape.channels,
        "taps": TAPS,
        "squares": shape.squares,
        "embedding": EMBEDDING,
        "licence": LICENCE,
        **statement,
        "layers": _layers(shape, layers, taps, embedding, seen),
        "norm": {str(q): round(float(np.quantile(embedding.norm(dim=1).numpy(), q)), 4) for q in QUANTILES},
        "tensors": tensors,
        "weightsSha256": hashlib.sha256(weights).hexdigest(),
        "goldenSha256": hashlib.sha256(chips).hexdigest(),
        "codeSha256": code_hash(),
    }
    (folder / "weights.bin").write_bytes(weights)
    (folder / "golden.bin").write_bytes(chips)
    (folder / "manifest.json").write_text(_json(manifest))
    (folder / "golden.json").write_text(_json(golden))


def code_hash() -> str:
    """Of the modules that decide what an export holds."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.name.encode() + b"\0" + file.read_bytes() for file in files)).hexdigest()


def _run(shape: Shape, layers: list[FoldedLayer] | list[Quantised], taps: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    with torch.no_grad():
        return Folded(shape, layers)(taps)


def _tensors(shape: Shape, layers: list[Quantised]) -> tuple[bytes, dict]:
    parts: list[bytes] = []
    tensors: dict[str, dict] = {}

    def add(name: str, values: np.ndarray) -> None:
        kind = {"int8": "i8", "int16": "i16", "float32": "f32"}[values.dtype.name]
        tensors[name] = {"dtype": kind, "shape": list(values.shape), "offset": sum(map(len, parts))}
        parts.append(np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes())

    # Wide types first, so that every tensor is aligned to its own width.
    for layer in layers:
        head = layer.name == "head"
        rows = (EMBEDDING,) if head else (shape.blocks, shape.block)
        add(f"{layer.name}.scale", layer.scale.reshape(rows))
        add(f"{layer.name}.bias", layer.bias.reshape(rows))
    for layer in layers[:-1]:
        add(f"{layer.name}.weight", ring_layout(layer.integers, shape.block))
    add("head.weight", slot_layout(layers[-1].integers, shape.block))
    return b"".join(parts), tensors


def _layers(shape: Shape, layers: list[Quantised], taps: Tensor, embedding: Tensor, seen: list[tuple[Tensor, Tensor]]) -> list[dict]:
    out: list[dict] = []
    before = taps
    for layer, (z, h) in zip(layers, seen):
        out.append(
            {
                "name": layer.name,
                "kind": "ring",
                "inputBlocks": layer.integers.shape[1] // shape.block,
                "outputBlocks": shape.blocks,
                "offsets": list(NEIGHBOURS) if layer.integers.shape[2] == 3 else [0],
                "residual": layer.residual,
                "range": {"inputRms": _range(before)["rms"], "z": _range(z), "h": _range(h)},
            }
        )
        before = h
    head = {"inputRms": _range(before)["rms"], "e": _range(embedding)}
    out.append({"name": "head", "kind": "head", "inputBlocks": shape.blocks, "outputBlocks": 1, "residual": False, "range": head})
    return out


def _range(values: Tensor) -> dict[str, float]:
    flat = values.double().abs().flatten().numpy()
    numbers = {"rms": np.sqrt((flat * flat).mean()), "p999": np.quantile(flat, 0.999), "max": flat.max()}
    return {name: float(f"{value:.5g}") for name, value in numbers.items()}


def golden_vectors(shape: Shape, layers: list[Quantised]) -> tuple[dict, bytes]:
    """@returns golden.json and golden.bin"""
    chips = drawn_chips()
    pictures = []
    for chip in chips:
        luma, chroma = (torch.from_numpy(plane)[None] for plane in planes_of(chip.transpose(1, 2, 0)))
        taps = taps_of(*standardise(luma, chroma))[0].numpy()
        seen = exact_layers(shape, layers, taps)
        pictures.append(
            {
                "layers": {name: _sampled(values) for name, values in seen.items()},
                "embedding": seen["head"].tolist(),
            }
        )
    return {"format": "ringface-golden/1", "shape": [len(chips), 3, CHIP, CHIP], "pictures": pictures}, chips.tobytes()


def _sampled(values: np.ndarray) -> dict:
    flat = values.reshape(-1)
    # Neighbours in every sense: a stride that shares no factor with a power of two visits all channels and rows.
    at = sorted({int(i) for i in (np.arange(SAMPLES) * (len(flat) // SAMPLES | 1)) % len(flat)})
    return {"mean": flat.mean(), "rms": np.sqrt((flat * flat).mean()), "at": at, "values": flat[at].tolist()}


def drawn_chips() -> np.ndarray:
    """The pictures of the golden vectors, u8 [2, 3, 112, 112]: of no person."""
    first = ToyFace(0.33, 0.65, 0.3, (170, 136, 110)).chip(light=0.2)
    second = ToyFace(0.27, 0.58, 0.2, (140, 120, 105)).chip(light=-0.5, right=0.05, down=-0.03)
    return np.ascontiguousarray(np.stack([first, second]).transpose(0, 3, 1, 2))


def _json(value: dict) -> str:
    return json.dumps(value, indent=1) + "\n"
