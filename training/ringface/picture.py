"""From a picture to the network's taps: the fixed public part that runs on the device (README.md, "From picture to taps")."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .shapes import GRID, TAPS

CHIP = 112
LUMA = 64
CHROMA = 32

ARCFACE_TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""Left eye, right eye, nose, left and right mouth corner in a chip of 112 pixels (InsightFace, face_align.py)."""


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Least-squares similarity, no reflection. @returns [2, 3], takes points [n, 2] of `source` to `target`"""
    mean_s, mean_t = source.mean(0), target.mean(0)
    s, t = source - mean_s, target - mean_t
    a = (s * t).sum() / (s * s).sum()
    b = (s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum() / (s * s).sum()
    turn = np.array([[a, -b], [b, a]])
    return np.column_stack([turn, mean_t - turn @ mean_s])


def warp(image: np.ndarray, to_image: np.ndarray, size: int) -> np.ndarray:
    """Bilinear, black outside. @param image [h, w, 3] @param to_image [2, 3] @returns [size, size, 3] float"""
    rows, columns = np.mgrid[0:size, 0:size]
    x = to_image[0, 0] * columns + to_image[0, 1] * rows + to_image[0, 2]
    y = to_image[1, 0] * columns + to_image[1, 1] * rows + to_image[1, 2]
    # A frame of black pixels takes the place of "outside"; whatever lies further out is clamped onto it.
    framed = np.pad(image.astype(np.float64), ((1, 1), (1, 1), (0, 0)))
    x = np.clip(x + 1, 0, framed.shape[1] - 1.000001)
    y = np.clip(y + 1, 0, framed.shape[0] - 1.000001)
    x0, y0 = x.astype(int), y.astype(int)
    fx, fy = (x - x0)[..., None], (y - y0)[..., None]
    top = framed[y0, x0] * (1 - fx) + framed[y0, x0 + 1] * fx
    bottom = framed[y0 + 1, x0] * (1 - fx) + framed[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bottom * fy


def chip_of(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The aligned 112 x 112 crop of a face, [112, 112, 3] float 0..255. @param points [5, 2] in pixels of `image`"""
    return warp(image, similarity(ARCFACE_TEMPLATE, points), CHIP)


def area_matrix(size: int, source: int) -> np.ndarray:
    """[size, source]: row i averages the source over [i, i + 1) * source / size."""
    step = source / size
    i, j = np.arange(size)[:, None], np.arange(source)[None]
    overlap = np.minimum((i + 1) * step, j + 1) - np.maximum(i * step, j)
    return np.clip(overlap, 0, None) / step


_shrink = area_matrix(LUMA, CHIP)


def planes_of(chip: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[112, 112, 3] RGB 0..255 -> luma [64, 64] in 0..255 and chroma [2, 32, 32] about 0."""
    planes = np.ascontiguousarray(chip.transpose(2, 0, 1), dtype=np.float64)
    red, green, blue = _shrink @ planes @ _shrink.T
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    chroma = np.stack([0.5 * (blue - luma) / 0.886, 0.5 * (red - luma) / 0.701])
    return luma, chroma.reshape(2, CHROMA, 2, CHROMA, 2).mean((2, 4))


def standardise(luma: Tensor, chroma: Tensor) -> tuple[Tensor, Tensor]:
    """Per picture: contrast 1, no brightness, no colour cast. Floating point [n, 64, 64] and [n, 2, 32, 32]."""
    mean = luma.mean((1, 2), keepdim=True)
    deviation = (luma - mean).square().mean((1, 2), keepdim=True).sqrt().clamp_min(8)
    chroma = 3 * (chroma - chroma.mean((2, 3), keepdim=True)) / deviation[:, None]
    return ((luma - mean) / deviation).clamp(-4, 4), chroma.clamp(-4, 4)


def taps_of(luma: Tensor, chroma: Tensor) -> Tensor:
    """Standardised planes -> taps [n, 96, 16, 16]."""
    return torch.cat([_patches(luma[:, None], 4), _patches(chroma, 2)], 1).reshape(-1, TAPS, GRID, GRID)


def _patches(plane: Tensor, stride: int) -> Tensor:
    """[n, k, 16 stride, 16 stride] -> [n, k * (2 stride)^2, 16, 16]: squares of twice the stride, wrapping."""
    n, k = plane.shape[:2]
    cells = plane.reshape(n, k, GRID, stride, GRID, stride).permute(0, 1, 3, 5, 2, 4)
    lower = torch.cat([cells, torch.roll(cells, -1, 4)], 2)
    return torch.cat([lower, torch.roll(lower, -1, 5)], 3).reshape(n, -1, GRID, GRID)
