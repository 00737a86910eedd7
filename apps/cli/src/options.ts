/**
 * The settings: one table from which the parser, the help text and `.env.example` are made. What their values may
 * be is decided in one place too, the server's `readConfig`.
 * @module
 */
export interface OptionSpec {
  /** As in `--name`; absent for what only the environment sets. */
  readonly name?: string;
  readonly env: string;
  /** What it is when nobody says; shown in the help. */
  readonly fallback: string;
  readonly meaning: string;
  readonly flag?: true;
}

const named = [
  {
    name: 'data',
    env: 'BLINDSIGHT_DATA',
    fallback: './data',
    meaning: 'directory of the database and its key',
  },
  { name: 'port', env: 'BLINDSIGHT_PORT', fallback: '4400', meaning: 'port of the provider' },
  { name: 'host', env: 'BLINDSIGHT_HOST', fallback: 'localhost', meaning: 'address to listen on' },
  {
    name: 'origin',
    env: 'BLINDSIGHT_ORIGIN',
    fallback: 'http://localhost:PORT',
    meaning: 'public address, which is also the issuer; it must not change once people have signed up',
  },
  {
    name: 'demo-port',
    env: 'BLINDSIGHT_DEMO_PORT',
    fallback: '4401',
    meaning: 'port of the demo application',
  },
  {
    name: 'models',
    env: 'BLINDSIGHT_MODELS',
    fallback: 'DATA/models',
    meaning: 'directory of the face models and their manifest; built there when missing',
  },
  {
    name: 'plug-in',
    env: 'BLINDSIGHT_PLUG_IN',
    fallback: 'none',
    meaning: 'another embedder, as PROFILE=FILE, for building models: strong=mobilefacenet.onnx',
  },
  {
    name: 'calibration',
    env: 'BLINDSIGHT_CALIBRATION',
    fallback: 'the one of this release',
    meaning: 'file with thresholds of your own for building models, as calibrate writes it',
  },
  {
    name: 'clients',
    env: 'BLINDSIGHT_CLIENTS',
    fallback: 'DATA/clients.json, if there',
    meaning: 'file with the applications that may send people here',
  },
  {
    name: 'storage',
    env: 'BLINDSIGHT_STORAGE',
    fallback: 'sqlite',
    meaning: 'sqlite, or memory to try things out',
  },
  {
    name: 'workers',
    env: 'BLINDSIGHT_WORKERS',
    fallback: 'cores - 1',
    meaning: 'threads that compare faces',
  },
  {
    name: 'trusted-proxies',
    env: 'BLINDSIGHT_TRUSTED_PROXIES',
    fallback: '0',
    meaning: 'proxies in front whose forwarding headers are believed',
  },
  {
    name: 'log-level',
    env: 'BLINDSIGHT_LOG_LEVEL',
    fallback: 'info; demo: warn',
    meaning: 'silent, error, warn, info or debug',
  },
  {
    name: 'production',
    env: 'BLINDSIGHT_PRODUCTION',
    fallback: '0',
    meaning: 'insist on https and durable storage (also with NODE_ENV=production)',
    flag: true,
  },
  { name: 'json', env: 'BLINDSIGHT_JSON', fallback: '0', meaning: 'print JSON instead of text', flag: true },
] as const satisfies readonly OptionSpec[];

const policy: readonly OptionSpec[] = [
  { env: 'BLINDSIGHT_ENROLMENT_SECONDS', fallback: '600', meaning: 'how long an enrolment may take' },
  { env: 'BLINDSIGHT_SIGN_IN_SECONDS', fallback: '120', meaning: 'how long one sign-in may take' },
  {
    env: 'BLINDSIGHT_SESSION_SECONDS',
    fallback: '43200',
    meaning: 'how long a session of the account page lasts',
  },
  {
    env: 'BLINDSIGHT_RETENTION_DAYS',
    fallback: '365',
    meaning: 'face material of a device that was not used for so long is erased',
  },
  {
    env: 'BLINDSIGHT_CHALLENGE',
    fallback: 'default',
    meaning: 'liveness challenge of every ceremony: default (light and movements), no-light, or none',
  },
  {
    env: 'BLINDSIGHT_IMAGE_CHECK',
    fallback: 'off',
    meaning: 'encrypted-image check for applications that ask for it: off, ringface-64 or ringface-mini',
  },
  {
    env: 'BLINDSIGHT_IMAGE_THREADS',
    fallback: '2, or 1 on one core',
    meaning: 'threads that evaluate one encrypted picture',
  },
  {
    env: 'BLINDSIGHT_IMAGE_THRESHOLD',
    fallback: 'that of the weights',
    meaning: 'the least cosine of picture and template that the image check accepts, as 0.43',
  },
  {
    env: 'BLINDSIGHT_IMAGE_WEIGHTS',
    fallback: 'training/weights',
    meaning: 'folder with a folder of weights for each network',
  },
  {
    env: 'BLINDSIGHT_FAILURES_TO_LOCK',
    fallback: '5',
    meaning: 'failures in a row that lock sign-in by face',
  },
  { env: 'BLINDSIGHT_SIGN_INS_PER_DAY', fallback: '50', meaning: 'sign-ins by face, per device and day' },
  {
    env: 'BLINDSIGHT_SIGN_INS_PER_DAY_AND_CLIENT',
    fallback: '20',
    meaning: 'the share of these that one application may use',
  },
];

export type OptionName = (typeof named)[number]['name'];
export type Given = Partial<Record<OptionName, string | boolean>>;

export const optionSpecs: readonly (OptionSpec & { readonly name: OptionName })[] = named;

/** `.env.example`: every setting with its default, commented out. */
export function envExample(): string {
  const entries = [...optionSpecs, ...policy].map(({ name, env, fallback, meaning }) => {
    const option = name === undefined ? '' : `--${name}: `;
    return `# ${option}${meaning} (default: ${fallback})\n#${env}=\n`;
  });
  return `# Settings of Blindsight. Copy to .env and fill in what differs; the command line wins over the environment.
# Made by: npm run cli -- help --env

${entries.join('\n')}`;
}
