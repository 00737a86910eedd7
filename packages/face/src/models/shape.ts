/**
 * The few checks a strict JSON schema needs. A shape names the first thing that is wrong, or nothing;
 * unknown members are wrong.
 * @module
 */
import type { Json } from './canonical-json.ts';

export interface Shape<T> {
  /** The path of the first problem, or undefined. */
  check(value: Json | undefined, path: string): string | undefined;
  /** Never present; carries the type. */
  readonly type?: T;
}
export type Infer<S> = S extends Shape<infer T> ? T : never;

const shape = <T>(check: Shape<T>['check']): Shape<T> => ({ check });
const when = (ok: boolean, path: string): string | undefined => (ok ? undefined : path);

export const text = (pattern: RegExp) =>
  shape<string>((value, path) => when(typeof value === 'string' && pattern.test(value), path));

export const number = (least: number, most: number) =>
  shape<number>((value, path) => when(typeof value === 'number' && value >= least && value <= most, path));

export const integer = (least: number, most: number) =>
  shape<number>((value, path) =>
    when(typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most, path),
  );

export const boolean = () => shape<boolean>((value, path) => when(typeof value === 'boolean', path));

export const literal = <const T extends string | number>(only: T) =>
  shape<T>((value, path) => when(value === only, path));

export const oneOf = <const T extends string>(choices: readonly T[]) =>
  shape<T>((value, path) =>
    when(typeof value === 'string' && (choices as readonly string[]).includes(value), path),
  );

export const nullable = <T>(inner: Shape<T>) =>
  shape<T | null>((value, path) => (value === null ? undefined : inner.check(value, path)));

/** The problem is that of the first choice when none fits. */
export const either = <T, U>(one: Shape<T>, other: Shape<U>) =>
  shape<T | U>((value, path) => other.check(value, path) && one.check(value, path));

export const array = <T>(item: Shape<T>, least: number, most: number) =>
  shape<readonly T[]>((value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return path;
    return firstProblem(value.map((entry: Json, i) => () => item.check(entry, `${path}[${i}]`)));
  });

export const tuple = <T>(item: Shape<T>, length: number) => array(item, length, length);

export const object = <const M extends Record<string, Shape<unknown>>>(members: M) =>
  shape<{ readonly [K in keyof M]: Infer<M[K]> }>((value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return path;
    const given = value as { readonly [key: string]: Json };
    const unknown = Object.keys(given).find((key) => !Object.hasOwn(members, key));
    if (unknown !== undefined) return `${path}.${unknown}`;
    return firstProblem(
      Object.entries(members).map(
        ([key, inner]) =>
          () =>
            inner.check(given[key], `${path}.${key}`),
      ),
    );
  });

function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}
