"""How far a batch of embeddings is from the teacher's vectors."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

WEIGHTS = {"cosine": 1.0, "relation": 2.0, "retrieval": 0.2, "norm": 0.02, "range": 0.02}
LENGTH = 128**0.5
"""Of an embedding while it learns: components near 1."""


def distillation(embedding: Tensor, vectors: Tensor, squared: list[Tensor]) -> dict[str, Tensor]:
    """@param embedding [n, e] @param vectors unit vectors [n, e] @param squared the inputs of the squares

    - `cosine`: 1 - cos to the teacher's vector
    - `relation`: the pictures' similarities to each other, against the teacher's; what verification compares
    - `retrieval`: among all of the batch, the teacher's vector of the same picture has to be nearest
    - `norm`: lengths near LENGTH, so that a window of lengths can refuse what is no face
    - `range`: no rare large input of a square, where the error of encrypted arithmetic and of a polynomial grows
    """
    unit = F.normalize(embedding)
    own, teachers = unit @ unit.T, vectors @ vectors.T
    across = unit @ vectors.T
    n = len(unit)
    # Same-picture entries are 1 on both sides; scaled to a mean over the others, in units a cosine loss has.
    relation = (own - teachers).square().sum() / (n * (n - 1)) * 10
    return {
        "cosine": 1 - across.diagonal().mean(),
        "relation": relation,
        "retrieval": F.cross_entropy(across * 20, torch.arange(n)),
        "norm": (embedding.norm(dim=1).clamp_min(1e-6) / LENGTH).log().square().mean(),
        "range": torch.stack([(z.float().abs() - 6).clamp_min(0).square().mean() for z in squared]).sum(),
    }


def total(parts: dict[str, Tensor]) -> Tensor:
    return sum(WEIGHTS[name] * value for name, value in parts.items())
