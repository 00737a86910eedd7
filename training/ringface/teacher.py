"""Runs the teacher, an ONNX file: with onnxruntime where it is installed, else (three times slower) with PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

_mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
_deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


class Teacher:
    """MobileFaceNet by foamliu (1x3x112x112 RGB, ImageNet mean and deviation -> 128), or any net of the same form."""

    def __init__(self, path: Path) -> None:
        self._run = _with_onnxruntime(path) or _with_torch(path)

    @torch.no_grad()
    def vectors(self, chips: Tensor) -> Tensor:
        """[n, 3, 112, 112] RGB 0..255 -> unit vectors [n, 128]."""
        return F.normalize(torch.cat([self._run(one[None]) for one in (chips / 255 - _mean) / _deviation]))


def _with_onnxruntime(path: Path) -> Callable[[Tensor], Tensor] | None:
    try:
        import onnxruntime
    except ImportError:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options)
    name = session.get_inputs()[0].name
    return lambda x: torch.from_numpy(session.run(None, {name: x.numpy()})[0])


def _with_torch(path: Path) -> Callable[[Tensor], Tensor]:
    from .onnx_network import network

    return network(path)
