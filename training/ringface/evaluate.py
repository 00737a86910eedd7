"""How well embeddings tell people apart, on pairs of pictures of LFW (`../shared/faces/README.md`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .picture import chip_of, planes_of, standardise

RATES = (1e-2, 1e-3)
"""False-accept rates at which the true-accept rate is told."""
REPLICATES = 1000


@dataclass
class Pairs:
    """Comparisons of two pictures each."""

    pictures: list[str]
    people: np.ndarray
    """person of each picture"""
    rows: np.ndarray
    """[n, 2], into `pictures`"""
    same: np.ndarray
    """bool [n]"""

    def scores(self, vectors: np.ndarray) -> np.ndarray:
        """Cosines. @param vectors [pictures, e]"""
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return (unit[self.rows[:, 0]] * unit[self.rows[:, 1]]).sum(1)

    def thresholds(self, vectors: np.ndarray) -> dict[str, float]:
        """For each of RATES the least cosine that accepts no more impostors; higher than every one of them if need be."""
        impostors = np.sort(self.scores(vectors)[~self.same])[::-1]
        return {str(rate): round(float(impostors[int(rate * len(impostors))]) + 5e-5, 4) for rate in RATES}

    @staticmethod
    def of_lfw(faces: Path) -> Pairs:
        """The pairs of `lfw-pairs.json`. @param faces folder that also holds `lfw/` and `lfw-landmarks.json`"""
        entries = json.loads((faces / "lfw-pairs.json").read_text())
        pictures = sorted({name for a, b, *_ in entries for name in (a, b)})
        row = {name: i for i, name in enumerate(pictures)}
        people = np.unique([name.split("/")[0] for name in pictures], return_inverse=True)[1]
        rows = np.array([[row[a], row[b]] for a, b, *_ in entries])
        return Pairs(pictures, people, rows, np.array([entry[2] == 1 for entry in entries]))

    def report(self, vectors: np.ndarray) -> dict:
        """@param vectors [pictures, e] @returns `eer` and `tar`, each with its 95 % interval, drawn by person"""
        scores = self.scores(vectors)
        plain = _rates(scores, self.same, np.ones(len(scores)))
        random = np.random.default_rng(20261120)
        draws = np.array([_rates(scores, self.same, self._weights(random)) for _ in range(REPLICATES)])
        low, high = np.percentile(draws, [2.5, 97.5], axis=0)
        told = [{"value": round(v, 5), "low": round(l, 5), "high": round(h, 5)} for v, l, h in zip(plain, low, high)]
        return {"pairs": len(scores), "eer": told[0], "tar": {str(rate): told[i + 1] for i, rate in enumerate(RATES)}}

    def _weights(self, random: np.random.Generator) -> np.ndarray:
        """People drawn anew: one drawn k times counts k times in genuine pairs, two count the product in impostor pairs."""
        count = self.people.max() + 1
        drawn = np.bincount(random.integers(count, size=count), minlength=count)
        a, b = drawn[self.people[self.rows]].T
        return np.where(self.same, a, a * b)


def _rates(scores: np.ndarray, same: np.ndarray, weights: np.ndarray) -> list[float]:
    """[equal-error rate, true-accept rate at each of RATES]"""
    order = np.argsort(scores, kind="stable")
    same, weights = same[order], weights[order]
    refused = np.cumsum(weights * same) / (weights * same).sum()
    accepted = 1 - np.cumsum(weights * ~same) / (weights * ~same).sum()
    at = int(np.argmin(np.abs(refused - accepted)))
    # The first threshold at which no more than the rate of impostors is accepted.
    tars = [1 - refused[int(np.argmax(accepted <= rate + 1e-12))] for rate in RATES]
    return [float((refused[at] + accepted[at]) / 2), *map(float, tars)]


def equal_error_rate(genuine: np.ndarray, impostor: np.ndarray) -> float:
    """The error at the threshold where as large a part of the genuine is refused as of the impostors is accepted."""
    same = np.arange(len(genuine) + len(impostor)) < len(genuine)
    return _rates(np.concatenate([genuine, impostor]), same, np.ones(len(same)))[0]


def chips_of_lfw(faces: Path, pairs: Pairs) -> np.ndarray:
    """The aligned crops, float32 [n, 112, 112, 3], from the points of `lfw-landmarks.json`."""
    points = json.loads((faces / "lfw-landmarks.json").read_text())
    return np.stack(
        [
            chip_of(np.asarray(Image.open(faces / "lfw" / name).convert("RGB")), np.array(points[name]["kps"])).astype(np.float32)
            for name in pairs.pictures
        ]
    )


def planes_of_chips(chips: np.ndarray) -> tuple[Tensor, Tensor]:
    """@returns standardised luma [n, 64, 64] and chroma [n, 2, 32, 32]"""
    planes = [planes_of(chip) for chip in chips]
    luma, chroma = (torch.from_numpy(np.stack([p[i] for p in planes])).float() for i in (0, 1))
    return standardise(luma, chroma)


def principal_components(training: Tensor, count: int = 128) -> Callable[[Tensor], Tensor]:
    """Eigenfaces of standardised luma with equal variance each: what no network at all reaches. @param training [n, 64, 64]"""
    flat = training.flatten(1)
    mean = flat.mean(0)
    torch.manual_seed(0)
    _, values, axes = torch.svd_lowrank(flat - mean, q=count + 32, niter=4)
    axes = axes[:, :count] / values[:count]
    return lambda luma: (luma.flatten(1) - mean) @ axes
