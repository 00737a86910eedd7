"""The training loop: a constant rate for as long as there is time, then a descent to zero from which weights are exported.

A run writes two checkpoints: `checkpoint.pt` at the constant rate, from which any later run goes on, and `final.pt`
after the descent. So time spent on another day adds to the time spent before; only the descent is done anew.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import losses
from .data import Faces, Pool, augmented, mixes_in, plain
from .evaluate import equal_error_rate
from .network import RingFace
from .shapes import Shape

HEAD_RATE = 0.08
"""Rate of the head relative to the rest: it sums 16,384 inputs, a convolution 576, and Adam's steps do not know."""
WEIGHT_DECAY = 0.02
WARM_UP = 100
"""Steps to the full rate at the very beginning."""
DESCENT = 0.4
"""Part of a run's time in which the rate falls to zero."""
ROUNDED = 0.3
"""Part of the descent, its end, in 32-bit floats and with weights rounded to `WEIGHT_BITS`."""
WEIGHT_BITS = 12
TELL = 200
"""Steps between two lines of the log."""
SAVE = 5
"""Minutes between two checkpoints."""
REAL = 0.35
"""Part of every batch that comes from the pool; the rest are mixes."""
HOLD_OUT = 32
"""One person in so many is not trained on, for validation and for the ranges of an export."""


@dataclass
class Task:
    """What to learn from, and where to keep it."""

    pool: Pool
    faces: Faces
    cache: Path
    """Folder of mixes and decoded pictures."""
    work: Path
    """Folder of checkpoints and log."""
    batch: int
    """Pictures per step. Small ones for the first hours on a processor: steps are what is short then."""

    @property
    def sources(self) -> list[tuple[Faces, np.ndarray, bool]]:
        """Everything to learn from, which pictures of it, and whether their mirror images are news: mixes are mirrored already."""
        real = np.flatnonzero(~np.isin(self.pool.people, self.held_out))
        mixes = [Faces.load(path) for path in mixes_in(self.cache)]
        return [(self.faces, real, True), *((part, np.arange(len(part)), False) for part in mixes)]

    @property
    def validation(self) -> tuple[Faces, np.ndarray]:
        return self.faces, np.flatnonzero(np.isin(self.pool.people, self.held_out))

    @property
    def held_out(self) -> np.ndarray:
        return held_out_people(self.pool)


def held_out_people(pool: Pool) -> np.ndarray:
    return np.arange(0, pool.people.max() + 1, HOLD_OUT)


class Run:
    """A network, its optimiser and how far they are."""

    def __init__(self, shape: Shape) -> None:
        torch.manual_seed(1)
        self.network = RingFace(shape)
        rings = list(self.network.layers.parameters())
        groups = [
            {"params": [p for p in rings if p.dim() > 1], "weight_decay": WEIGHT_DECAY, "share": 1.0},
            {"params": [p for p in rings if p.dim() <= 1], "weight_decay": 0.0, "share": 1.0},
            {"params": list(self.network.head.parameters()), "weight_decay": WEIGHT_DECAY, "share": HEAD_RATE},
        ]
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98))
        self.steps = 0
        self.mixes = 0
        """Different mixes it has learned from."""

    def save(self, path: Path) -> None:
        parts = {"network": self.network, "optimiser": self.optimiser}
        state = {name: part.state_dict() for name, part in parts.items()} | {"steps": self.steps, "mixes": self.mixes}
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.rename(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location="cpu")
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.steps, self.mixes = state["steps"], state["mixes"]

    def step(self, faces: tuple[Tensor, Tensor, Tensor], rate: float, dtype: torch.dtype) -> dict[str, float]:
        luma, chroma, vectors = faces
        self.network.train()
        embedding, squared = self.network(augmented(luma, chroma).to(dtype))
        parts = losses.distillation(embedding, vectors, squared)
        loss = losses.total(parts)
        self.optimiser.zero_grad()
        loss.backward()
        if not bool(torch.isfinite(loss)):
            raise FloatingPointError(f"step {self.steps}: the loss is not finite; resume from the last checkpoint at a lower rate")
        nn.utils.clip_grad_value_(self.network.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * rate * min(1.0, (self.steps + 1) / WARM_UP)
        self.optimiser.step()
        self.steps += 1
        return {name: value.item() for name, value in parts.items()}


class Batches:
    """Endless batches; mixes that appear while training runs are taken up."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._random = np.random.default_rng()
        self._real = np.flatnonzero(~np.isin(task.pool.people, task.held_out))
        self._mixes: Faces | None = None
        self._files: list[Path] = []
        self._queues: dict[str, list[np.ndarray]] = {"real": [], "mixed": []}

    def next(self) -> tuple[Tensor, Tensor, Tensor]:
        if not self._queues["mixed"]:
            self._take_up_mixes()
        size = self._task.batch
        count = size if self._mixes is None else int(REAL * size)
        real = self._task.faces.batch(self._draw("real", self._real, count))
        if self._mixes is None:
            return real
        mixed = self._mixes.batch(self._draw("mixed", np.arange(len(self._mixes)), size - count))
        return tuple(torch.cat(pair) for pair in zip(real, mixed))

    def _take_up_mixes(self) -> None:
        files = mixes_in(self._task.cache)
        new = [Faces.load(path) for path in files if path not in self._files]
        if new:
            self._mixes = Faces.joined(([self._mixes] if self._mixes else []) + new)
            self._files = files

    def _draw(self, queue: str, rows: np.ndarray, count: int) -> np.ndarray:
        """All of `rows` in random order before any comes again."""
        waiting = self._queues[queue]
        if not waiting:
            order = self._random.permutation(rows)
            waiting.extend(order[i : i + count] for i in range(0, len(order) - count + 1, count))
        return waiting.pop()

    @property
    def mixes(self) -> int:
        return len(self._mixes) if self._mixes else 0


def train(run: Run, task: Task, minutes: float, highest: float, descend: bool) -> None:
    """@param minutes of wall time for this run, the descent included @param highest rate, the one before the descent"""
    batches = Batches(task)
    start = saved = time.monotonic()
    cruise = minutes * (1 - DESCENT if descend else 1)
    sums: dict[str, float] = {}
    while (done := (time.monotonic() - start) / 60) < cruise:
        _add(sums, run.step(batches.next(), highest, torch.bfloat16))
        run.mixes = max(run.mixes, batches.mixes)
        if run.steps % TELL == 0:
            _tell(run, task, highest, batches.mixes, sums)
        if time.monotonic() - saved > 60 * SAVE:
            run.save(task.work / "checkpoint.pt")
            saved = time.monotonic()
    run.save(task.work / "checkpoint.pt")
    if not descend:
        return
    while (done := (time.monotonic() - start) / 60) < minutes:
        left = (minutes - done) / (minutes - cruise)
        run.network.weight_bits = WEIGHT_BITS if left < ROUNDED else 0
        dtype = torch.float32 if run.network.weight_bits else torch.bfloat16
        _add(sums, run.step(batches.next(), highest * left, dtype))
        run.mixes = max(run.mixes, batches.mixes)
        run.mixes = max(run.mixes, batches.mixes)
        if run.steps % TELL == 0:
            _tell(run, task, highest * left, batches.mixes, sums)
    recalibrate(run.network, task)
    run.save(task.work / "final.pt")
    _tell(run, task, 0, batches.mixes, sums)


def _add(sums: dict[str, float], parts: dict[str, float]) -> None:
    for name, value in parts.items():
        sums[name] = sums.get(name, 0) + value
    sums["steps"] = sums.get("steps", 0) + 1


@torch.no_grad()
def recalibrate(network: RingFace, task: Task) -> None:
    """Batch statistics of plain pictures, as in use, instead of augmented ones."""
    rows = np.flatnonzero(~np.isin(task.pool.people, task.held_out))
    rows = np.random.default_rng(2).permutation(rows)[:8192]
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    network.train()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    for start in range(0, len(rows), 256):
        luma, chroma, _ = task.faces.batch(rows[start : start + 256])
        network(plain(luma, chroma))
    for norm in norms:
        norm.momentum = 0.1


@torch.no_grad()
def embed(network: nn.Module, taps: Tensor) -> Tensor:
    network.eval()
    return torch.cat([network(taps[i : i + 128])[0] for i in range(0, len(taps), 128)])


@torch.no_grad()
def validate(network: RingFace, task: Task) -> dict[str, float]:
    """On people who are not trained on: the cosine to the teacher, and the equal-error rate of all their pairs."""
    faces, rows = task.validation
    luma, chroma, vectors = faces.batch(rows)
    unit = nn.functional.normalize(embed(network, plain(luma, chroma)))
    people = task.pool.people[rows]
    upper = np.triu_indices(len(rows), 1)
    same = people[upper[0]] == people[upper[1]]
    scores = (unit @ unit.T).numpy()[upper]
    return {"cosine": (unit * vectors).sum(1).mean().item(), "eer": equal_error_rate(scores[same], scores[~same])}


def _tell(run: Run, task: Task, rate: float, mixes: int, sums: dict[str, float]) -> None:
    """One line of the log: mean losses since the last one. Empties `sums`."""
    steps = sums.pop("steps", 1)
    parts = {name: value / steps for name, value in sums.items()}
    sums.clear()
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = {"at": at, "step": run.steps, "rate": rate, "mixes": mixes, **parts, "heldOut": validate(run.network, task)}
    text = json.dumps(json.loads(json.dumps(line), parse_float=lambda number: float(f"{float(number):.4g}")))
    with (task.work / "log.jsonl").open("a") as file:
        file.write(text + "\n")
    print(text, flush=True)
