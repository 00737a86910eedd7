"""The network as it is evaluated: (W x + bias)^2, sums and a head, with weights that are integers times a scale per row.

Two forms of the same: `Folded`, quick, for accuracies and ranges; `exact_layers`, the formulas of README.md word for
word in 64-bit floats, for the golden vectors. The self-test compares them with each other and with `RingFace`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .network import RingConvolution, RingFace
from .shapes import EMBEDDING, GRID, NEIGHBOURS, POSITIONS, TAPS, Shape

RING_BITS = 12
HEAD_BITS = 8
NORM = 2.0
"""Rms length of an embedding after export."""


@dataclass
class FoldedLayer:
    """weight [outputs, inputs, size, size] (head: [128, channels, 16, 16]) and bias [outputs], 64-bit."""

    name: str
    weight: Tensor
    bias: Tensor
    residual: bool = False


def fold(network: RingFace) -> list[FoldedLayer]:
    """Batch norms into weights; the constants of a layer into the next one's bias. In 64-bit floats."""
    layers: list[FoldedLayer] = []
    constant = torch.zeros(TAPS, dtype=torch.float64)
    for index, layer in enumerate(network.layers):
        norm, after = layer.before, layer.after
        slope = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
        weight = layer.convolution.weight.double()
        gain = layer.log_gain.double().exp() / (after.running_var.double() + after.eps).sqrt()
        bias = norm.bias.double() + slope * (torch.einsum("oiyx,i->o", weight, constant) - norm.running_mean.double())
        root = gain.sqrt()
        layers.append(FoldedLayer(f"conv{index + 1}", (root * slope)[:, None, None, None] * weight, root * bias, layer.residual))
        own = layer.shift.double() - gain * after.running_mean.double()
        constant = constant + own if layer.residual else own
    head = network.head.weight.double().reshape(EMBEDDING, -1, GRID, GRID)
    bias = network.head.bias.double() + torch.einsum("kcyx,c->k", head, constant)
    return [*(replace(l, weight=l.weight.detach(), bias=l.bias.detach()) for l in layers), FoldedLayer("head", head.detach(), bias.detach())]


def rescale(layers: list[FoldedLayer], rms: Tensor, length: float) -> list[FoldedLayer]:
    """Divides channel c of every h by rms[c] (one factor for all layers: they are summed), and e to rms length NORM."""
    *rings, head = layers
    out = []
    for index, layer in enumerate(rings):
        root = rms.sqrt()
        inputs = torch.ones(TAPS) if index == 0 else rms
        out.append(replace(layer, weight=layer.weight * inputs[None, :, None, None] / root[:, None, None, None], bias=layer.bias / root))
    factor = NORM / length
    return [*out, replace(head, weight=head.weight * rms[None, :, None, None] * factor, bias=head.bias * factor)]


@dataclass
class Quantised:
    """Integers of `weight / scale`; one scale per output row."""

    name: str
    integers: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    residual: bool

    def weight(self) -> np.ndarray:
        return self.integers * self.scale.astype(np.float64).reshape(-1, 1, 1, 1)


def quantise(layer: FoldedLayer) -> Quantised:
    head = layer.name == "head"
    limit = 2 ** ((HEAD_BITS if head else RING_BITS) - 1) - 1
    weight = layer.weight.numpy()
    scale = (np.abs(weight).reshape(len(weight), -1).max(1) / limit).astype(np.float32)
    integers = np.rint(weight / scale.astype(np.float64).reshape(-1, 1, 1, 1)).clip(-limit, limit)
    return Quantised(layer.name, integers.astype(np.int8 if head else np.int16), scale, layer.bias.numpy().astype(np.float32), layer.residual)


class Folded(nn.Module):
    """Evaluates folded or quantised layers quickly, 32-bit."""

    def __init__(self, shape: Shape, layers: list[FoldedLayer] | list[Quantised]) -> None:
        super().__init__()
        self.shape = shape
        self._layers = [
            (torch.as_tensor(l.weight() if isinstance(l, Quantised) else l.weight).float(), torch.as_tensor(l.bias).float(), l.residual)
            for l in layers
        ]
        self._convolutions = [RingConvolution(w.shape[1], w.shape[0], w.shape[2], shape.block) for w, _, _ in self._layers[:-1]]

    def forward(self, taps: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """[n, 96, 16, 16] -> e [n, 128] and (z, h) of every layer"""
        h, seen = taps, []
        for convolution, (weight, bias, residual) in zip(self._convolutions, self._layers):
            z = convolution(h, weight) + bias[:, None, None]
            h = z * z + h if residual else z * z
            seen.append((z, h))
        weight, bias, _ = self._layers[-1]
        return F.linear(h.flatten(1), weight.flatten(1), bias), seen


def ring_layout(weight: np.ndarray, block: int) -> np.ndarray:
    """[outputs, inputs, size, size] -> W[o][i][t][u][d], the diagonal form: d = (v - u) mod block."""
    outputs, inputs, size, _ = weight.shape
    blocks = weight.reshape(outputs // block, block, inputs // block, block, size * size)
    u, d = np.mgrid[0:block, 0:block]
    # Advanced indices on axes 1 and 3 come to the front: [u, d, o, i, t].
    return np.ascontiguousarray(blocks[:, u, :, (u + d) % block].transpose(2, 3, 4, 0, 1))


def slot_layout(h: np.ndarray, block: int) -> np.ndarray:
    """[..., channels, 16, 16] -> [..., channels / block, slots]: slot = block * position + channel within the block."""
    *lead, channels, _, _ = h.shape
    split = h.reshape(*lead, channels // block, block, POSITIONS)
    return np.ascontiguousarray(np.swapaxes(split, -1, -2)).reshape(*lead, channels // block, POSITIONS * block)


def exact_layers(shape: Shape, layers: list[Quantised], taps: np.ndarray) -> dict[str, np.ndarray]:
    """One picture by the formulas of README.md. @param taps [96, 16, 16] @returns `input`, h of every layer [O, S], `head` [128]"""
    block, slots = shape.block, shape.slots
    h = slot_layout(np.asarray(taps, dtype=np.float64), block)
    seen = {"input": h}
    channel = np.arange(slots) % block
    for layer in layers[:-1]:
        offsets = NEIGHBOURS if layer.integers.shape[2] == 3 else (0,)
        weight = ring_layout(layer.weight(), block)
        bias = layer.bias.astype(np.float64).reshape(-1, block)
        z = np.stack([bias[o][channel] for o in range(len(weight))])
        for o in range(len(weight)):
            for i in range(len(h)):
                for t, offset in enumerate(offsets):
                    for d in range(block):
                        z[o] += weight[o, i, t, :, d][channel] * np.roll(h[i], -(block * offset + d))
        h = z * z + h if layer.residual else z * z
        seen[layer.name] = h
    head = layers[-1]
    seen["head"] = slot_layout(head.weight(), block).reshape(EMBEDDING, -1) @ h.reshape(-1) + head.bias
    return seen
