"""The network while it learns: ring convolutions, each between batch norms around a square, residual sums, a dense head.

The geometry is that of the encrypted evaluator, exactly (README.md, "Ring convolution"): positions are one flat
ring of 256, and output channel u reads input channel v at its position if v >= u within their blocks, else one
position further. As 2-D convolution that is a kernel one column wider, in which every pair of channels uses three
of the four columns, on a picture padded by what the ring holds there.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shapes import EMBEDDING, GRID, TAPS, Shape


def ring_pad(x: Tensor, reach: int) -> Tensor:
    """[n, channels, 16, 16] -> `reach` rows above and below, `reach` columns to the left and `reach + 1` to the right."""
    right = torch.roll(x[..., : reach + 1], -1, 2)
    x = torch.cat([x, right], 3) if reach == 0 else torch.cat([torch.roll(x[..., -reach:], 1, 2), x, right], 3)
    return x if reach == 0 else torch.cat([x[:, :, -reach:], x, x[:, :, :reach]], 2)


class RingConvolution(nn.Module):
    """[n, inputs, 16, 16] -> [n, outputs, 16, 16]. `weight[output, input, row, column]` is 1 x 1 or 3 x 3."""

    def __init__(self, inputs: int, outputs: int, size: int, block: int) -> None:
        super().__init__()
        self.reach = size // 2
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size) * (inputs * size * size) ** -0.5)
        u = torch.arange(outputs) % block
        v = torch.arange(inputs) % block
        self.register_buffer("here", (v >= u[:, None]).float()[:, :, None, None], persistent=False)

    def forward(self, x: Tensor, weight: Tensor | None = None) -> Tensor:
        weight = self.weight if weight is None else weight
        kernel = F.pad(weight * self.here, (0, 1)) + F.pad(weight * (1 - self.here), (1, 0))
        return F.conv2d(ring_pad(x, self.reach), kernel.to(x.dtype))


class Layer(nn.Module):
    """Convolution, batch norm, square, batch norm with positive gain, residual sum.

    The square of an affine batch norm is the quadratic a x^2 + b x + c with a > 0; with the second norm's gain
    positive too, all of it folds into (W x + bias)^2 plus constants that move into the next bias.
    """

    def __init__(self, inputs: int, outputs: int, size: int, block: int, residual: bool) -> None:
        super().__init__()
        self.residual = residual
        self.convolution = RingConvolution(inputs, outputs, size, block)
        self.before = nn.BatchNorm2d(outputs)
        self.after = nn.BatchNorm2d(outputs, affine=False)
        # (x + 1)^2 is near enough to a line for a gradient to pass at the start.
        nn.init.ones_(self.before.bias)
        self.log_gain = nn.Parameter(torch.full((outputs,), -0.7 if residual else 0.0))
        self.shift = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, weight: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """@returns the layer's output and the input of its square, both [n, outputs, 16, 16]"""
        z = self.before(self.convolution(x, weight))
        gain = self.log_gain.exp()[:, None, None].to(z.dtype)
        h = self.after(z * z) * gain + self.shift[:, None, None].to(z.dtype)
        return (x + h if self.residual else h), z


class RingFace(nn.Module):
    """Taps to embedding. In training it adds what encrypted evaluation adds: noise, and rounded weights late on."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        c, block = shape.channels, shape.block
        self.layers = nn.ModuleList(
            [Layer(TAPS, c, 1, block, residual=False)]
            + [Layer(c, c, 3, block, residual=True) for _ in range(shape.squares - 1)]
        )
        self.head = nn.Linear(c * GRID * GRID, EMBEDDING)
        nn.init.normal_(self.head.weight, std=(c * GRID * GRID) ** -0.5)
        self.weight_bits = 0
        """Bits of rounded weights; 0 while they are not rounded."""
        self.noise = 2.0**-12
        """Standard deviation added after every layer, relative to the rms; the budget of encrypted evaluation."""

    def forward(self, taps: Tensor) -> tuple[Tensor, list[Tensor]]:
        """[n, 96, 16, 16] -> embeddings [n, 128] and the input of every square."""
        x, squared = taps, []
        for layer in self.layers:
            x, z = layer(x, self._rounded(layer.convolution.weight))
            squared.append(z)
            if self.training and self.noise:
                x = x + noise_like(x) * self.noise
        head = self._rounded(self.head.weight).to(x.dtype)
        return F.linear(x.flatten(1), head).float() + self.head.bias, squared

    def _rounded(self, weight: Tensor) -> Tensor:
        """Straight-through rounding to `weight_bits` bits per output channel."""
        if not self.weight_bits:
            return weight
        return weight + (fake_quantised(weight, self.weight_bits) - weight).detach()


def fake_quantised(weight: Tensor, bits: int) -> Tensor:
    """Symmetric, one scale per output channel."""
    scale = weight.detach().flatten(1).abs().amax(1).clamp_min(1e-12) / (2 ** (bits - 1) - 1)
    scale = scale.reshape(-1, *[1] * (weight.dim() - 1))
    return (weight / scale).round() * scale


_pool = torch.empty(0)


def noise_like(x: Tensor) -> Tensor:
    """Normal numbers of the rms of x, cut from a stored pool at a random place: drawing them anew takes longer than a layer."""
    global _pool
    if _pool.numel() < 2 * x.numel() or _pool.dtype != x.dtype:
        _pool = torch.randn(2 * x.numel()).to(x.dtype)
    start = int(torch.randint(x.numel(), ()))
    rms = x.detach().float().square().mean().sqrt().to(x.dtype)
    return _pool[start : start + x.numel()].view_as(x) * rms
