"""The sizes of a network. Everything that trainer, exporter and evaluator share about geometry is derived here."""

from __future__ import annotations

from dataclasses import dataclass

GRID = 16
"""Positions along either axis of the ring."""
POSITIONS = GRID * GRID
TAPS = 96
"""Values of the picture per position: 8 x 8 of luma, 4 x 4 of each chroma plane."""
EMBEDDING = 128
NEIGHBOURS = tuple(GRID * row + column for row in (-1, 0, 1) for column in (-1, 0, 1))
"""Offsets, in positions, of a 3 x 3 ring convolution."""


@dataclass(frozen=True)
class Shape:
    """One network of the family."""

    name: str
    block: int
    """Channels in one ciphertext: slots / positions."""
    channels: int
    squares: int

    def __post_init__(self) -> None:
        if TAPS % self.block or self.channels % self.block:
            raise ValueError(f"{self.block} must divide {TAPS} taps and {self.channels} channels")

    @property
    def slots(self) -> int:
        return self.block * POSITIONS

    @property
    def blocks(self) -> int:
        return self.channels // self.block

    @property
    def input_blocks(self) -> int:
        return TAPS // self.block


def shape_of(design: str, channels: int) -> Shape:
    """`a`: N = 2^14, five squares. `mini`: N = 2^13, two squares."""
    if design == "a":
        return Shape(f"ringface-{channels}", block=32, channels=channels, squares=5)
    return Shape("ringface-mini" if channels == 64 else f"ringface-mini-{channels}", block=16, channels=channels, squares=2)
