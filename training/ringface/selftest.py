"""Checks of the program on generated faces, in less than a minute, without data: geometry, folding, learning, files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from . import export
from .data import Faces, Pool, make_mixes, mixes_in, packed, plain
from .evaluate import Pairs, equal_error_rate
from .fitting import Run, embed
from .folding import Folded, exact_layers, fold, quantise, ring_layout, slot_layout
from .least_squares import fit_head
from .losses import LENGTH
from .network import RingConvolution
from .picture import ARCFACE_TEMPLATE, area_matrix, chip_of, planes_of, similarity, standardise, taps_of
from .shapes import EMBEDDING, NEIGHBOURS, TAPS, Shape
from .toys import ToyFace

TOY = Shape("toy", block=16, channels=32, squares=2)
PEOPLE = 60
PICTURES = 6


def main() -> None:
    """@raises AssertionError with what was found, at the first check that fails"""
    run = Run(TOY)
    faces, people = toy_faces()
    checks: list[tuple[str, Callable[[], None]]] = [
        ("similarity and area average", picture_is_cut_as_written),
        ("taps as written", taps_are_as_written),
        ("ring convolution as written", convolution_is_as_written),
        ("equal-error rate of known scores", error_rates_are_right),
        ("learns toy identities", lambda: learns(run, faces, people)),
        ("the head by least squares", lambda: fits_head(run, faces, people)),
        ("a checkpoint restores all of it", lambda: restores(run, faces)),
        ("folding changes nothing", lambda: folds(run, faces)),
        ("an export reads back to its golden vectors", lambda: exports(run, faces)),
        ("mixes keep out who is held out", mixes_leave_out),
    ]
    torch.manual_seed(0)
    for name, check in checks:
        check()
        print(f"ok   {name}", flush=True)


def toy_faces() -> tuple[Faces, np.ndarray]:
    """Pictures of toy people under changing light. The toy teacher knows who it is: one random direction each."""
    random = np.random.default_rng(1)
    chips, people, vectors = [], [], []
    for person in range(PEOPLE):
        face, vector = ToyFace.random(random), random.normal(size=EMBEDDING)
        for _ in range(PICTURES):
            chips.append(face.chip(random.uniform(-0.8, 0.8), *random.normal(0, 0.01, 2)))
            people.append(person)
            vectors.append(vector / np.linalg.norm(vector))
    return packed(chips, np.array(vectors)), np.array(people)


def picture_is_cut_as_written() -> None:
    turn = np.array([[0.6, -0.8, 5], [0.8, 0.6, -2]])
    points = ARCFACE_TEMPLATE @ turn[:, :2].T + turn[:, 2]
    assert np.allclose(similarity(ARCFACE_TEMPLATE, points), turn)
    ramp = np.repeat(np.mgrid[0:200, 0:200][1][..., None], 3, 2)
    chip = chip_of(ramp, ARCFACE_TEMPLATE * 1.5 + 10)
    assert np.allclose(chip[30, :, 0], np.arange(112) * 1.5 + 10), "pixel centres lie at integers"
    matrix = area_matrix(64, 112)
    assert np.allclose(matrix.sum(1), 1) and np.allclose(matrix.sum(0), 64 / 112)
    assert np.allclose(matrix[1, 1:4], np.array([0.25, 1, 0.5]) / 1.75)


def taps_are_as_written() -> None:
    luma, chroma = torch.randn(1, 64, 64), torch.randn(1, 2, 32, 32)
    taps = taps_of(luma, chroma)[0]
    for row, column, i, j in [(0, 0, 0, 0), (3, 7, 5, 2), (15, 15, 7, 6), (15, 2, 4, 0)]:
        assert taps[8 * i + j, row, column] == luma[0, (4 * row + i) % 64, (4 * column + j) % 64]
        i, j = i // 2, j // 2
        for k in (0, 1):
            assert taps[64 + 16 * k + 4 * i + j, row, column] == chroma[0, k, (2 * row + i) % 32, (2 * column + j) % 32]


def convolution_is_as_written() -> None:
    for block, inputs, outputs, size in [(32, TAPS, 64, 1), (16, 32, 32, 3)]:
        layer = RingConvolution(inputs, outputs, size, block).double()
        x = torch.randn(1, inputs, 16, 16, dtype=torch.float64)
        with torch.no_grad():
            found = slot_layout(layer(x)[0].numpy(), block)
        weight = ring_layout(layer.weight.detach().numpy(), block)
        slots, channel = slot_layout(x[0].numpy(), block), np.arange(256 * block) % block
        wanted = np.zeros_like(found)
        for o, i, t, d in np.ndindex(*weight.shape[:3], block):
            offset = NEIGHBOURS[t] if size == 3 else 0
            wanted[o] += weight[o, i, t, :, d][channel] * np.roll(slots[i], -(block * offset + d))
        assert np.allclose(found, wanted, atol=1e-12), "the quick convolution is not the ring's"


def error_rates_are_right() -> None:
    assert equal_error_rate(np.array([0.9, 0.8, 0.7, 0.2]), np.array([0.1, 0.15, 0.3, 0.75])) == 0.25
    # 20 people of two pictures; one is hardly like himself (0.3), and one impostor pair is more alike (0.4).
    people = np.repeat(np.arange(20), 2)
    likeness = np.linspace(0.5, 0.9, 20)
    likeness[7] = 0.3
    vectors = np.eye(40)
    vectors[1::2] = likeness[:, None] * np.eye(40)[::2] + np.sqrt(1 - likeness**2)[:, None] * np.eye(40)[1::2]
    vectors[5] += 0.4 / np.sqrt(1 - 0.4**2) * np.eye(40)[0]
    own = np.arange(40).reshape(20, 2)
    others = np.stack([own[:, 0], np.roll(own[:, 1], -2)], 1)
    pairs = Pairs([str(i) for i in range(40)], people, np.concatenate([own, others]), np.arange(40) < 20)
    report = pairs.report(vectors)
    assert report["eer"]["value"] == 0.05 and report["tar"]["0.01"]["value"] == 0.95, report
    assert all(0.4 < threshold < 0.401 for threshold in pairs.thresholds(vectors).values()), pairs.thresholds(vectors)
    assert report["eer"]["low"] < 0.05 < report["eer"]["high"] < 0.2, report


def learns(run: Run, faces: Faces, people: np.ndarray) -> None:
    before = _error(run, faces, people)
    random = np.random.default_rng(2)
    for _ in range(120):
        parts = run.step(faces.batch(random.choice(len(faces), 48, replace=False)), 3e-3, torch.float32)
    after = _error(run, faces, people)
    assert after < 0.1 and after < before / 2, f"equal-error rate {before:.3f} before, {after:.3f} after; losses {parts}"


def fits_head(run: Run, faces: Faces, people: np.ndarray) -> None:
    """Measured on pictures that are neither fitted to nor used to choose the penalty."""
    network = deepcopy(run.network)
    fitted, chosen, fresh = (np.flatnonzero(np.arange(len(people)) % PICTURES % 3 == i) for i in range(3))
    fit_head(network, [(faces, fitted, True)], (faces, chosen), pooled=2)
    luma, chroma, vectors = faces.batch(fresh)
    embedding = embed(network, plain(luma, chroma))
    cosine = F.cosine_similarity(embedding, vectors).mean()
    assert cosine > 0.6, f"cosine {cosine:.3f} to the toy teacher"
    assert abs(embedding.norm(dim=1).mean() / LENGTH - 1) < 0.05


def _error(run: Run, faces: Faces, people: np.ndarray) -> float:
    unit = F.normalize(embed(run.network, _taps(faces))).numpy()
    upper = np.triu_indices(len(people), 1)
    scores, same = (unit @ unit.T)[upper], people[upper[0]] == people[upper[1]]
    return equal_error_rate(scores[same], scores[~same])


def _taps(faces: Faces) -> torch.Tensor:
    return plain(*faces.batch(np.arange(len(faces)))[:2])


def restores(run: Run, faces: Faces) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run.save(Path(folder) / "checkpoint.pt")
        other = Run(TOY)
        other.load(Path(folder) / "checkpoint.pt")
    taps = _taps(faces)[:8]
    assert torch.equal(embed(run.network, taps), embed(other.network, taps)) and other.steps == run.steps
    batch = faces.batch(np.arange(32))
    for one in (run, other):
        torch.manual_seed(5)
        one.step(batch, 1e-3, torch.float32)
    weight, resumed = run.network.head.weight, other.network.head.weight
    assert torch.allclose(weight, resumed), "the optimiser's state is part of a checkpoint"


def folds(run: Run, faces: Faces) -> None:
    taps = _taps(faces)[:16]
    expected = embed(run.network, taps)
    with torch.no_grad():
        found, seen = Folded(TOY, fold(run.network))(taps)
        assert torch.allclose(found, expected, atol=1e-3 * expected.abs().max().item()), "folding changed the network"
        layers = export.quantised(run.network, taps)
        rounded, seen = Folded(TOY, layers)(taps)
    assert F.cosine_similarity(rounded, expected).min() > 0.999, "rounding changed the network"
    exact = exact_layers(TOY, layers, taps[0].numpy())
    assert np.allclose(exact["head"], rounded[0].numpy(), atol=1e-4), "the two evaluations differ"
    for _, h in seen:
        assert h.square().mean((0, 2, 3)).sqrt().max() < 1.05, "a channel is out of range"


def exports(run: Run, faces: Faces) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layers = export.quantised(run.network, _taps(faces))
        export.write(TOY, layers, _taps(faces), folder, {"dataset": {"name": "toys"}, "accuracy": None})
        manifest = json.loads((folder / "manifest.json").read_text())
        golden = json.loads((folder / "golden.json").read_text())
        stored = (folder / "weights.bin").read_bytes()
    end = 0
    for name, tensor in manifest["tensors"].items():
        kind = np.dtype({"i8": "i1", "i16": "<i2", "f32": "<f4"}[tensor["dtype"]])
        assert tensor["offset"] % kind.itemsize == 0
        values = np.frombuffer(stored, kind, int(np.prod(tensor["shape"])), tensor["offset"]).reshape(tensor["shape"])
        end = max(end, tensor["offset"] + values.nbytes)
        if name == "head.weight":
            head = values
    assert end == len(stored)
    picture = golden["pictures"][0]
    scale = layers[-1].scale.astype(np.float64)
    taps = taps_of(*_golden_planes(0))[0].numpy()
    seen = exact_layers(TOY, layers, taps)
    last = list(seen.values())[-2].reshape(-1)
    embedding = (head.reshape(EMBEDDING, -1) @ last) * scale + layers[-1].bias
    assert np.allclose(embedding, picture["embedding"], atol=1e-9), "weights.bin is not what the golden vectors were made of"
    assert picture["layers"]["conv1"]["values"] == seen["conv1"].reshape(-1)[picture["layers"]["conv1"]["at"]].tolist()


def _golden_planes(index: int) -> tuple[torch.Tensor, torch.Tensor]:
    luma, chroma = planes_of(export.drawn_chips()[index].transpose(1, 2, 0))
    return standardise(torch.from_numpy(luma)[None], torch.from_numpy(chroma)[None])


class _GreyTeacher:
    """Says the same of everything."""

    def vectors(self, chips: torch.Tensor) -> torch.Tensor:
        return torch.eye(EMBEDDING)[:1].expand(len(chips), -1)


def mixes_leave_out() -> None:
    """Everyone is grey but the one who is held out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for person, colour in enumerate([(200, 0, 0), (90, 90, 90), (160, 160, 160)]):
            Image.new("RGB", (112, 112), colour).save(folder / f"{person}.png")
        (folder / "index.txt").write_text("a/../0.png\nb/../1.png\nc/../2.png\n")
        for person in "abc":
            (folder / person).mkdir()
        make_mixes(Pool(folder), _GreyTeacher(), folder, 0, np.array([0]), count=12)
        mixes = Faces.load(mixes_in(folder)[0])
    assert len(mixes) == 12 and (np.abs(mixes.chroma.astype(int) - 128) <= 2).all(), "a held-out person is in the mixes"
    assert len({picture.tobytes() for picture in mixes.luma}) == 12
