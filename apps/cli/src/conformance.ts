/**
 * `conformance COMMAND`: another implementation of the protocol against this one.
 * @module
 */
import {
  checkImplementation,
  conformanceCases,
  type SectionReport,
  SubjectError,
} from '@blindsight/protocol/conformance';
import { CliError } from './errors.ts';

export interface Conformance {
  /** Nothing was answered wrong; what is unsupported does not count. */
  readonly ok: boolean;
  readonly sections: readonly SectionReport[];
  /** For people. */
  readonly text: string;
}

/** @throws {CliError} `program-unusable` when it does not keep to the line protocol. */
export async function conformance(command: string): Promise<Conformance> {
  try {
    const sections = await checkImplementation(command, await conformanceCases());
    return { ok: sections.every(({ failed }) => failed.length === 0), sections, text: table(sections) };
  } catch (error) {
    if (error instanceof SubjectError) throw new CliError('program-unusable', error.message, error);
    throw error;
  }
}

function table(sections: readonly SectionReport[]): string {
  const row = (cells: readonly (string | number)[]) =>
    cells
      .map((cell) => `${cell}`.padEnd(13))
      .join('')
      .trimEnd();
  const lines = sections.map(({ section, passed, failed, unsupported }) =>
    [row([section, passed, failed.length, unsupported]), ...failed.map((what) => `  failed: ${what}`)].join(
      '\n',
    ),
  );
  return `${[row(['section', 'passed', 'failed', 'unsupported']), ...lines].join('\n')}\n`;
}
