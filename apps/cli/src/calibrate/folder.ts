/**
 * A folder of labelled faces: one folder per person, JPEG pictures in each.
 * @module
 */
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import type { FaceSet } from './comparisons.ts';
import type { Embeddings } from './embeddings.ts';

/** Paths `person/file` below the folder, sorted. @throws {CliError} `pictures-missing` */
export function listPictures(folder: string): string[] {
  const files = entries(folder)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      entries(join(folder, name))
        .filter((entry) => entry.isFile() && /\.jpe?g$/i.test(entry.name))
        .map((entry) => `${name}/${entry.name}`),
    )
    .sort();
  if (files.length === 0) throw new CliError('pictures-missing', folder);
  return files;
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new CliError('pictures-missing', `${folder} (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

/** People by number, in the order of their folders. */
export function peopleOf(files: readonly string[], embeddings: Embeddings): FaceSet {
  const personOf = (file: string): string => file.slice(0, file.indexOf('/'));
  const people = new Map([...new Set(files.map(personOf))].map((person, i) => [person, i]));
  return {
    people: people.size,
    pictures: files.map((file) => ({ person: people.get(personOf(file))!, x: embeddings.get(file) })),
    pairs: [],
  };
}
