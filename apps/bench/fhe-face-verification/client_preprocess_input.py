#!/usr/bin/env python3
"""Stage 5, first half: the harness's HDF5 file of encoded pictures, unpacked to PPM files. Needs h5py and Pillow, which
the harness needs too. The second half, alignment, is the launcher of the same name in build/."""

import io
import subprocess
import sys
from pathlib import Path

import h5py
from PIL import Image

INSTANCES = ("single", "small", "medium", "large")


def main() -> None:
    size = sys.argv[1]
    instance = INSTANCES[int(size)]
    source = Path("datasets") / instance / "intermediate" / "test_pairs.h5"
    target = Path("io") / instance / "intermediate" / "frames"
    target.mkdir(parents=True, exist_ok=True)
    with h5py.File(source, "r") as pairs:
        for which in (0, 1):
            for pair, encoded in enumerate(pairs[f"image{which}"]):
                picture = Image.open(io.BytesIO(encoded.tobytes())).convert("RGB")
                picture.save(target / f"{pair:04}-{which}.ppm")
    subprocess.run([Path(__file__).parent / "build" / Path(__file__).stem, size], check=True)


if __name__ == "__main__":
    main()
