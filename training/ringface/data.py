"""What the network learns from: aligned faces with the teacher's vectors, and mixes of two of them, labelled by the teacher.

Pictures are kept as 8-bit planes (luma 64 x 64, chroma 2 x 32 x 32 about 128), 6 kB each, all in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .picture import planes_of, standardise, taps_of
from .teacher import Teacher


@dataclass
class Faces:
    """n pictures and what the teacher says of each."""

    luma: np.ndarray
    """u8 [n, 64, 64]"""
    chroma: np.ndarray
    """u8 [n, 2, 32, 32], 128 is grey"""
    vectors: np.ndarray
    """f16 [n, 128], of length 1"""

    def __len__(self) -> int:
        return len(self.luma)

    def save(self, path: Path) -> None:
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, luma=self.luma, chroma=self.chroma, vectors=self.vectors)
        part.rename(path)

    @staticmethod
    def load(path: Path) -> Faces:
        with np.load(path) as file:
            return Faces(file["luma"], file["chroma"], file["vectors"])

    @staticmethod
    def joined(parts: list[Faces]) -> Faces:
        return Faces(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("luma", "chroma", "vectors")))

    def batch(self, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """@returns luma [k, 64, 64] and chroma [k, 2, 32, 32] in units of 8-bit colour, vectors [k, 128]"""
        return (
            torch.from_numpy(self.luma[rows]).float(),
            torch.from_numpy(self.chroma[rows]).float() - 128,
            torch.from_numpy(self.vectors[rows]).float(),
        )


def packed(chips: list[np.ndarray], vectors: np.ndarray) -> Faces:
    """Chips [112, 112, 3] to what is kept of them."""
    planes = [planes_of(chip) for chip in chips]
    luma = np.stack([p[0] for p in planes])
    chroma = np.stack([p[1] for p in planes]) + 128
    return Faces(_bytes(luma), _bytes(chroma), vectors.astype(np.float16))


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


class Pool:
    """A folder of aligned crops: `index.txt` names them, one folder per person (`../shared/faces/train-pool.tar`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = (folder / "index.txt").read_text().split()
        people = [name.split("/")[0] for name in self.names]
        self.people = np.unique(people, return_inverse=True)[1]

    def chip(self, row: int) -> np.ndarray:
        """u8 [112, 112, 3]"""
        return np.asarray(Image.open(self.folder / self.names[row]).convert("RGB"))

    def faces(self, cache: Path) -> Faces:
        """All of it, decoded once into `cache`."""
        path = cache / "pool.npz"
        if not path.exists():
            vectors = np.fromfile(self.folder / "teacher-mobilefacenet-f16.bin", np.float16).reshape(len(self.names), -1)
            packed([self.chip(row) for row in range(len(self.names))], vectors).save(path)
        return Faces.load(path)


def mixes_in(cache: Path) -> list[Path]:
    return sorted(cache.glob("mixes-*.npz"))


SHARD = 4096
"""Mixes per file: some 40 seconds of the teacher's time."""


def make_mixes(pool: Pool, teacher: Teacher, cache: Path, shard: int, held_out: np.ndarray, count: int = SHARD) -> None:
    """One file of mixes of two people each; which ones follows from the file's number. @param held_out people to leave out"""
    path = cache / f"mixes-{shard:04d}.npz"
    random = np.random.default_rng([20261120, shard])
    rows = np.flatnonzero(~np.isin(pool.people, held_out))
    chips, vectors = [], []
    while len(chips) < count:
        a, b = random.choice(rows, 2, replace=False)
        if pool.people[a] != pool.people[b]:
            chips.append(_bytes(mix(pool.chip(a), pool.chip(b), random)))
    for start in range(0, count, 64):
        batch = np.stack(chips[start : start + 64]).transpose(0, 3, 1, 2)
        vectors.append(teacher.vectors(torch.from_numpy(batch).float()).numpy())
    packed(chips, np.concatenate(vectors)).save(path)


_slopes = np.mgrid[-1:1:112j, -1:1:112j][..., None].astype(np.float32)


def mix(a: np.ndarray, b: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A weighted mean of two aligned faces, moved a little, mirrored or not, in another light. [112, 112, 3] 0..255

    The weight varies linearly over the picture: eyes more from one and mouth more from the other make more faces
    than one weight does.
    """
    y, x = _slopes
    weight = random.uniform(0.25, 0.75) + random.normal(0, 0.12) * x + random.normal(0, 0.12) * y
    weight = np.clip(weight, 0.1, 0.9)
    face = weight * jittered(a, random) + (1 - weight) * jittered(b, random)
    light = 1 + random.normal(0, 0.15) * x + random.normal(0, 0.1) * y
    return 255 * (np.clip(face * light, 0, 255) / 255) ** np.exp(random.normal(0, 0.2))


def jittered(chip: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Whole pixels only, with the border repeated; mirrored every other time."""
    down, right = random.integers(-2, 3, 2)
    moved = np.pad(chip, ((2, 2), (2, 2), (0, 0)), mode="edge")[2 + down : 114 + down, 2 + right : 114 + right]
    return (moved[:, ::-1] if random.random() < 0.5 else moved).astype(np.float32)


def augmented(luma: Tensor, chroma: Tensor) -> Tensor:
    """A batch as the network sees it in training: taps [n, 96, 16, 16] of pictures mirrored, in other light, partly covered."""
    n = len(luma)
    mirrored = torch.rand(n) < 0.5
    luma = torch.where(mirrored[:, None, None], luma.flip(2), luma)
    chroma = torch.where(mirrored[:, None, None, None], chroma.flip(3), chroma)
    luma, chroma = standardise(luma, chroma)

    slope = torch.linspace(-1, 1, luma.shape[1])
    across, down, bend = (torch.randn(n, 1, 1) * s for s in (0.15, 0.1, 0.06))
    luma = luma + across * slope + down * slope[:, None] + bend * (luma.square() - 1)
    luma = luma + torch.randn(luma.shape) * torch.rand(n, 1, 1) * 0.1
    chroma = chroma * torch.exp(0.2 * torch.randn(n, 1, 1, 1)) + 0.1 * torch.randn(n, 2, 1, 1)
    for i in torch.nonzero(torch.rand(n) < 0.15).flatten().tolist():
        top, left = torch.randint(0, 25, (2,)).tolist()
        height, width = torch.randint(3, 9, (2,)).tolist()
        luma[i, 2 * top : 2 * (top + height), 2 * left : 2 * (left + width)] = 0
        chroma[i, :, top : top + height, left : left + width] = 0
    return taps_of(luma.clamp(-4, 4), chroma.clamp(-4, 4))


def plain(luma: Tensor, chroma: Tensor) -> Tensor:
    """A batch as the network sees it in use."""
    return taps_of(*standardise(luma, chroma))
