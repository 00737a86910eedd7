"""Faces drawn by a formula, of no person: for the self-test and the golden vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ToyFace:
    """What tells one toy person from another. Lengths in half chips."""

    eyes: float
    """Half the distance of the eyes."""
    mouth: float
    """Height of the mouth below the middle."""
    lips: float
    """Half its width."""
    skin: tuple[float, float, float]
    """R, G, B at the middle of the face."""

    @staticmethod
    def random(random: np.random.Generator) -> ToyFace:
        red = random.uniform(110, 220)
        skin = (red, red * random.uniform(0.7, 0.95), red * random.uniform(0.5, 0.85))
        return ToyFace(random.uniform(0.22, 0.42), random.uniform(0.5, 0.75), random.uniform(0.15, 0.4), skin)

    def chip(self, light: float = 0.0, right: float = 0.0, down: float = 0.0) -> np.ndarray:
        """u8 [112, 112, 3]. @param light from the right, -1 to 1"""
        y, x = np.mgrid[-1:1:112j, -1:1:112j]
        x, y = x - right, y - down

        def spot(cx: float, cy: float, width: float, height: float) -> np.ndarray:
            return np.exp(-(((x - cx) / width) ** 2) - ((y - cy) / height) ** 2)

        face = 0.3 + 0.7 * spot(0, 0, 0.9, 1.1) + 0.3 * light * x
        dark = spot(-self.eyes, -0.1, 0.16, 0.08) + spot(self.eyes, -0.1, 0.16, 0.08) + 0.5 * spot(0, 0.3, 0.12, 0.1)
        lips = spot(0, self.mouth, self.lips, 0.07)
        planes = [value * face - 90 * dark - shade * lips for value, shade in zip(self.skin, (20, 60, 50))]
        return np.rint(np.clip(np.stack(planes, 2), 0, 255)).astype(np.uint8)
