/**
 * Spectacles: two rims, a bridge, two arms.
 * @module
 */
import { surface, type Vector } from './head.ts';
import { channels, emptyMesh, type Mesh, materials, type Texture } from './mesh.ts';
import type { Person, Rgb } from './person.ts';

const around = 9;

export function glassesMeshes(person: Person): Mesh[] {
  const { glasses, shape, salt } = person;
  if (!glasses) return [];
  const texture = flat(glasses.colour);
  const { halfWidth, halfHeight, squareness, thickness } = glasses;
  // They sit on the bridge of the nose.
  const front = surface(shape, salt, [0, -0.7, 0.5])[2] + 0.15;
  const [centreX, centreY] = [halfWidth + 0.75, -0.25];
  const wrap = 0.1;
  const rim = (side: number): Vector[] =>
    Array.from({ length: 45 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 44;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const radius = (Math.abs(c) ** squareness + Math.abs(s) ** squareness) ** (-1 / squareness);
      const x = centreX + halfWidth * c * radius;
      return [side * x, centreY + halfHeight * s * radius, front - wrap * (x - 0.75)];
    });
  const inner = centreX - halfWidth;
  const outer = centreX + halfWidth;
  const hinge = front - wrap * (outer - 0.75);
  const arm = (side: number): Vector[] => [
    [side * outer, centreY + 0.5 * halfHeight, hinge],
    [side * (outer + 0.25), centreY + 0.5 * halfHeight, hinge - 0.6],
    [side * Math.max(outer + 0.3, 7.3 * shape.width), centreY + 0.4 * halfHeight, -8],
  ];
  const bridge: Vector[] = [-1, -0.5, 0, 0.5, 1].map((t) => [
    t * inner,
    centreY + 0.45 * halfHeight + 0.2 * (1 - t * t),
    front + 0.1 * (1 - t * t),
  ]);
  return [rim(-1), rim(1), bridge, arm(-1), arm(1)].map((path) => tube(path, thickness, texture));
}

function tube(path: readonly Vector[], radius: number, texture: Texture): Mesh {
  const mesh = emptyMesh(around, path.length, { texture, material: materials.cloth, doubleSided: true });
  for (const [row, point] of path.entries()) {
    const [a, b] = [path[Math.max(row - 1, 0)]!, path[Math.min(row + 1, path.length - 1)]!];
    const along = unit([b[0] - a[0], b[1] - a[1], b[2] - a[2]]);
    const side = unit(cross(along, Math.abs(along[2]) > 0.9 ? [0, 1, 0] : [0, 0, 1]));
    const other = cross(side, along);
    for (let column = 0; column < around; column++) {
      const angle = (2 * Math.PI * column) / (around - 1);
      const [c, s] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      const i = row * around + column;
      mesh.rest.set(
        [0, 1, 2].map((k) => point[k]! + c * side[k]! + s * other[k]!),
        3 * i,
      );
      mesh.place.set([column / (around - 1), row / (path.length - 1), 100, 100], 4 * i);
    }
  }
  return mesh;
}

function flat(colour: Rgb): Texture {
  const data = new Float32Array(4 * channels);
  for (let i = 0; i < 4; i++) data.set([...colour, 1.2, 0, 0, 1, 1], i * channels);
  return { width: 2, height: 2, data };
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}
