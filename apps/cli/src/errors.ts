/**
 * Every way a command can fail, with what to do about it and the exit status scripts can rely on.
 * The server's own codes pass through under their names.
 * @module
 */

/** Exit statuses: 0 done, 1 something was found wrong, then by kind. */
export const exit = {
  ok: 0,
  found: 1,
  usage: 2,
  port: 3,
  data: 4,
  locked: 5,
  files: 6,
  pictures: 7,
  internal: 70,
  cancelled: 130,
} as const;

interface Entry {
  readonly exit: number;
  readonly text: string;
  readonly advice: string;
}

const catalogue = {
  'bad-usage': {
    exit: exit.usage,
    text: 'this command line is not understood',
    advice: 'See: blindsight help',
  },
  'bad-configuration': {
    exit: exit.usage,
    text: 'a setting cannot be used',
    advice: 'Correct it on the command line, in the environment or in .env, and start again.',
  },
  'dev-keys-in-production': {
    exit: exit.usage,
    text: 'development settings cannot be used in production',
    advice: 'Set an https origin and keys of your own, or start without --production.',
  },
  'port-in-use': {
    exit: exit.port,
    text: 'the port is in use by another program',
    advice: 'Stop that program, or choose another port with --port or --demo-port.',
  },
  'data-directory-unwritable': {
    exit: exit.data,
    text: 'the data directory cannot be used',
    advice: 'Choose one this user may write to with --data, or correct its owner and mode.',
  },
  'database-missing': {
    exit: exit.data,
    text: 'the data directory has a master key but no database',
    advice:
      'Restore blindsight.db from the backup the key belongs to. To begin anew, choose an empty --data.',
  },
  'data-key-missing': {
    exit: exit.data,
    text: 'the data directory has a database but not the key that opens it',
    advice:
      'Restore master.key from the backup the database belongs to. To begin anew, choose an empty --data.',
  },
  'database-corrupt': {
    exit: exit.data,
    text: 'the database failed its check',
    advice: 'Keep the file as it is, restore the last backup to another directory, and start with that one.',
  },
  'database-rolled-back': {
    exit: exit.data,
    text: 'the database is older than the one that ran here last',
    advice:
      'A copy is put in its place with: npm run cli -- restore FILE. It burns what may have been used since.',
  },
  'ledger-missing': {
    exit: exit.data,
    text: 'the deletion ledger of the database is not there',
    advice:
      'Put deletions.log back from where you keep it. If it is lost, make an empty one and run: npm run cli -- restore FILE. Who was erased since that backup must then be erased again.',
  },
  'ledger-broken': {
    exit: exit.data,
    text: 'the deletion ledger was altered, or belongs to another database',
    advice: 'Put deletions.log back from where you keep it.',
  },
  'file-exists': {
    exit: exit.data,
    text: 'the file is there already',
    advice: 'Name a file that does not exist; a backup is never written over another.',
  },
  'file-missing': {
    exit: exit.usage,
    text: 'the file is not there',
    advice: 'Name the file that backup FILE, or audit export CHECK, has written.',
  },
  'record-unreadable': {
    exit: exit.usage,
    text: 'the file is no record of an evaluation',
    advice: 'Name a file that npm run cli -- audit export CHECK has written, whole.',
  },
  'ceremony-not-found': {
    exit: exit.found,
    text: 'there is no such comparison of encrypted pictures, or not any more',
    advice:
      'The number is in the audit log (image-check-begun, verify). A comparison is kept for a day after its end.',
  },
  'evaluation-running': {
    exit: exit.found,
    text: 'this comparison has not ended',
    advice: 'Wait until it is answered or its time has run out: its seed is a secret until then.',
  },
  'image-keys-refused': {
    exit: exit.found,
    text: 'the device has other keys by now',
    advice: 'A comparison can be exported while the keys it was made under are in use.',
  },
  'program-unusable': {
    exit: exit.usage,
    text: 'the program cannot be checked',
    advice:
      'It must answer each line of its input with one line of JSON: docs/PROTOCOL.md, "Checking an implementation".',
  },
  'not-found': {
    exit: exit.found,
    text: 'the deletion ledger has no such receipt',
    advice: 'Copy the number from the receipt as it was shown when the enrolment was erased.',
  },
  'database-locked': {
    exit: exit.locked,
    text: 'another process uses this database',
    advice: 'Stop the other Blindsight, or choose another directory with --data.',
  },
  'models-missing': {
    exit: exit.files,
    text: 'the face models are not there and could not be built',
    advice: 'Run: npm run cli -- models build',
  },
  'models-altered': {
    exit: exit.files,
    text: 'the face models are not what their manifest says',
    advice: 'Run: npm run cli -- models build',
  },
  'models-outdated': {
    exit: exit.files,
    text: 'the face models were built by another release',
    advice: 'Run: npm run cli -- models build. Devices must enrol again if the embedder changed.',
  },
  'image-network-refused': {
    exit: exit.files,
    text: 'the weights of the encrypted-image check do not check',
    advice:
      'Put training/weights back as it was released, or switch the check off: BLINDSIGHT_IMAGE_CHECK=off.',
  },
  'calibration-unusable': {
    exit: exit.files,
    text: 'the calibration cannot be used with these models',
    advice: 'Make it with these models: npm run cli -- calibrate FOLDER. Or leave out --calibration.',
  },
  'pictures-missing': {
    exit: exit.pictures,
    text: 'there are no pictures of people',
    advice: 'Name a folder that holds one folder per person, with JPEG pictures in each.',
  },
  'too-few-people': {
    exit: exit.pictures,
    text: 'there are too few people',
    advice: 'Add people with more pictures each, or ask for a larger rate with --fmr.',
  },
  cancelled: {
    exit: exit.cancelled,
    text: 'cancelled; nothing was written',
    advice: 'Start again when you like.',
  },
  'pages-missing': {
    exit: exit.files,
    text: 'the web pages are not there and could not be built',
    advice: 'Install the development dependencies (npm ci) and run: npm run build',
  },
  internal: {
    exit: exit.internal,
    text: 'something went wrong',
    advice: 'Run again with --log-level debug.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type CliErrorCode = keyof typeof catalogue;
export const errorCodes = Object.keys(catalogue) as readonly CliErrorCode[];

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  /** What exactly: a path, a port, an option. */
  readonly detail: string;

  constructor(code: CliErrorCode, detail = '', cause?: unknown) {
    super(detail === '' ? catalogue[code].text : `${catalogue[code].text}: ${detail}`, { cause });
    this.code = code;
    this.detail = detail;
  }
}

export interface Failure {
  readonly code: string;
  readonly text: string;
  readonly advice: string;
  readonly exit: number;
}

/** What to print and how to end, for anything that was thrown. */
export function failureOf(error: unknown): Failure {
  const known = error instanceof CliError ? error : translated(error);
  const { exit: status, advice } = catalogue[known.code];
  return { code: known.code, text: known.message, advice, exit: status };
}

function translated(error: unknown): CliError {
  const { code, details = {} } = error as { code?: string; details?: Record<string, string | number> };
  if (error instanceof Error && error.name === 'ServerError' && code !== undefined && code in catalogue) {
    const detail = Object.entries(details).map(([name, value]) => `${name} ${value}`);
    return new CliError(code as CliErrorCode, detail.join(', '), error);
  }
  return new CliError('internal', error instanceof Error ? error.message : String(error), error);
}

/** The error for a failed `listen`. */
export function listenError(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' || code === 'port-in-use') return new CliError('port-in-use', `${port}`, error);
  if (code === 'EACCES') return new CliError('bad-configuration', `port ${port} needs more rights`, error);
  return error;
}
