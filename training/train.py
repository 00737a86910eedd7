"""Trains RingFace, the network of the encrypted-image check, measures it and exports it. See README.md beside this file."""

from __future__ import annotations

import argparse
import json
import sys
import time
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))

from ringface import evaluate, export, selftest  # noqa: E402
from ringface.data import Pool, make_mixes, mixes_in, plain  # noqa: E402
from ringface.fitting import Run, Task, held_out_people, train, validate  # noqa: E402
from ringface.folding import Folded  # noqa: E402
from ringface.least_squares import fit_head  # noqa: E402
from ringface.picture import taps_of  # noqa: E402
from ringface.shapes import shape_of  # noqa: E402
from ringface.statement import check_disjoint, dataset_statement  # noqa: E402
from ringface.teacher import Teacher  # noqa: E402


def main() -> None:
    options = parse()
    torch.set_num_threads(options.threads)
    if options.selftest:
        selftest.main()
        return
    pool = Pool(options.data)
    cache = options.work / "data"
    cache.mkdir(parents=True, exist_ok=True)
    if options.mixes:
        teacher = Teacher(options.teacher)
        while (shard := len(mixes_in(cache))) < options.mixes:
            make_mixes(pool, teacher, cache, shard, held_out_people(pool))
        return

    shape = shape_of(options.design, options.channels)
    folder = options.work / shape.name
    folder.mkdir(exist_ok=True)
    task = Task(pool, pool.faces(cache), cache, folder, options.batch)
    run = Run(shape)
    if options.resume:
        run.load(folder / "checkpoint.pt")
    elif options.minutes and (folder / "checkpoint.pt").exists():
        sys.exit(f"{folder / 'checkpoint.pt'} exists: go on from it with --resume, or move it away to start anew")
    if options.minutes:
        train(run, task, options.minutes, options.rate, descend=not options.no_descent)
    if options.fit_head:
        fit(run, task, options.fit_head)
        if not options.minutes:
            run.save(folder / "checkpoint.pt")
    if options.export or options.evaluate:
        run.load(options.weights or folder / "final.pt")
        measure(options, run, task)


def fit(run: Run, task: Task, side: int) -> None:
    """The head by least squares, kept in `final.pt` if it tells people apart better than the one before."""
    before = validate(run.network, task)
    learned = deepcopy(run.network.head.state_dict())
    sources = task.sources
    fit_head(run.network, sources, task.validation, side)
    run.mixes = max(run.mixes, sum(len(mixes) for mixes, *_ in sources[1:]))
    after = validate(run.network, task)
    print(json.dumps({"head learned": before, "head by least squares": after}), flush=True)
    if after["eer"] >= before["eer"]:
        run.network.head.load_state_dict(learned)
    run.save(task.work / "final.pt")


def measure(options: argparse.Namespace, run: Run, task: Task) -> None:
    """Accuracy is told of the rounded weights that are exported, not of those that were trained."""
    training = np.flatnonzero(~np.isin(task.pool.people, task.held_out))
    random = np.random.default_rng(3)
    layers = export.quantised(run.network, plain(*task.faces.batch(random.permutation(training)[:1024])[:2]))
    accuracy, thresholds = None, None
    if options.evaluate:
        accuracy, thresholds = accuracies(options, task, Folded(run.network.shape, layers))
        print(json.dumps(accuracy, indent=1))
    if options.export:
        statement = {
            "dataset": dataset_statement(task.pool, run.mixes),
            "training": {"steps": run.steps, "exported": time.strftime("%Y-%m-%d", time.gmtime())},
            "accuracy": accuracy,
            **({"thresholds": thresholds} if thresholds else {}),
        }
        faces, rows = task.validation
        export.write(run.network.shape, layers, plain(*faces.batch(rows)[:2]), options.export, statement)


def accuracies(options: argparse.Namespace, task: Task, network: Folded) -> tuple[dict, dict[str, float]]:
    """On the pairs of LFW: the network, its teacher, and principal components of the same 64 x 64 luma; and thresholds."""
    pairs = evaluate.Pairs.of_lfw(options.evaluate)
    check_disjoint(task.pool, pairs)
    chips = evaluate.chips_of_lfw(options.evaluate, pairs)
    luma, chroma = evaluate.planes_of_chips(chips)
    taps = taps_of(luma, chroma)
    with torch.no_grad():
        own = torch.cat([network(taps[i : i + 64])[0] for i in range(0, len(taps), 64)])
    few = np.random.default_rng(4).permutation(len(task.pool.names))[:4000]
    components = evaluate.principal_components(evaluate.standardise(*task.faces.batch(few)[:2])[0])
    out = {"pairs": "datasets/lfw-pairs.json", "network": pairs.report(own.numpy()), "components": pairs.report(components(luma).numpy())}
    if options.teacher:
        vectors = Teacher(options.teacher).vectors(torch.from_numpy(chips).permute(0, 3, 1, 2))
        out["teacher"] = pairs.report(vectors.numpy())
    return out, pairs.thresholds(own.numpy())


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--selftest", action="store_true", help="check the program on generated faces and stop; needs no data")
    parser.add_argument("--data", type=Path, help="folder of the unpacked training pool")
    parser.add_argument("--work", type=Path, help="folder for caches, checkpoints and the log")
    parser.add_argument("--teacher", type=Path, help="ONNX file of the teacher, for --mixes and --evaluate")
    parser.add_argument("--mixes", type=int, help="make files of mixes until there are so many, then stop")
    parser.add_argument("--design", choices=["a", "mini"], default="a", help="a: five squares; mini: two, for tests")
    parser.add_argument("--channels", type=int, choices=[32, 64, 128], default=64)
    parser.add_argument("--minutes", type=float, help="train for so long (wall time)")
    parser.add_argument("--batch", type=int, default=128, help="pictures per step")
    parser.add_argument("--rate", type=float, default=2e-3, help="before the descent; a third of the default keeps more of a fitted head")
    parser.add_argument("--resume", action="store_true", help="go on from checkpoint.pt")
    parser.add_argument(
        "--fit-head", type=int, choices=[1, 2], metavar="SIDE", help="at last, the head by least squares, one weight per SIDE x SIDE positions"
    )
    parser.add_argument("--no-descent", action="store_true", help="keep the rate to the end of the run, for a run that is to go on")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--weights", type=Path, help="checkpoint to export or evaluate; default: final.pt")
    parser.add_argument("--evaluate", type=Path, metavar="FACES", help="folder with lfw/, lfw-pairs.json and lfw-landmarks.json")
    parser.add_argument("--export", type=Path, metavar="DIR")
    options = parser.parse_args()
    if not options.selftest and not (options.data and options.work):
        parser.error("--data and --work are needed for everything but --selftest")
    if options.mixes and not options.teacher:
        parser.error("--mixes needs --teacher")
    return options


if __name__ == "__main__":
    main()
