/**
 * The composition root: configuration in, a server that listens and closes out.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from './config.ts';
import { controlSocket, startControl } from './control.ts';
import { memoryLedger } from './deletions/memory-ledger.ts';
import { anchor } from './deletions/open.ts';
import { accountPage } from './domain/account-page.ts';
import { accountsUseCases } from './domain/accounts.ts';
import { challenges } from './domain/challenges.ts';
import { comparisons } from './domain/comparisons.ts';
import type { Deps } from './domain/deps.ts';
import { enrolmentsUseCases } from './domain/enrolments.ts';
import { type Erasures, erasures } from './domain/erasures.ts';
import { imageChecksUseCases } from './domain/image-checks.ts';
import { exportTranscript } from './domain/image-transcripts.ts';
import { pairingsUseCases } from './domain/pairings.ts';
import { renewalsUseCases } from './domain/renewals.ts';
import { secondFactorUseCases } from './domain/second-factors.ts';
import { signInsUseCases } from './domain/sign-ins.ts';
import { startSweeper, sweep } from './domain/sweeper.ts';
import { ServerError } from './errors.ts';
import { createApp } from './http/app.ts';
import { cookies } from './http/cookies.ts';
import { createMetrics, timed, timedImages } from './http/metrics.ts';
import { readImageNetwork } from './image-network.ts';
import { type OpenedData, openDataDirectory } from './keys/data-directory.ts';
import { localKeyManagement } from './keys/local.ts';
import { createSigningKeys } from './keys/signing-keys.ts';
import { createVault } from './keys/vault.ts';
import { createLogger } from './logging.ts';
import { readModelPolicy } from './models.ts';
import { createOidc, type OidcEvent, type OidcListener } from './oidc/index.ts';
import type { Audit } from './ports/audit.ts';
import type { Evaluator } from './ports/evaluator.ts';
import type { ImageEvaluator } from './ports/image-evaluator.ts';
import type { Logger } from './ports/logger.ts';
import type { Storage } from './ports/storage.ts';
import { checkConfig } from './read-config.ts';
import { memoryStorage } from './storage/memory/index.ts';
import { imageGroup } from './workers/image-group.ts';
import { workerPool } from './workers/pool.ts';

export interface Server {
  /** For tests: `app.inject(...)` without a socket. */
  readonly app: FastifyInstance;
  /** For `cli audit verify` and tests. */
  readonly storage: Storage;
  /** Resolves to the address once it accepts connections. Rejects with `port-in-use`. */
  listen(): Promise<string>;
  /** What time does to things, at once instead of at the next round. */
  sweep(): Promise<void>;
  /** Stops accepting, lets running requests end, stops the workers, closes the database. */
  close(): Promise<void>;
}

/** What tests replace. */
export interface Replacements {
  readonly clock?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
  readonly logger?: Logger;
  readonly evaluator?: Evaluator;
  readonly imageEvaluator?: ImageEvaluator;
}

const sweepEveryMs = 5_000;

/**
 * Opens keys and storage, starts the workers and builds the app; nothing listens yet.
 * @throws {ServerError} `bad-configuration`, `dev-keys-in-production`, `database-missing`, `database-locked`,
 * `database-corrupt`, `database-rolled-back`, `data-key-missing`, `ledger-missing`, `ledger-broken`, `image-network-refused`.
 */
export async function createServer(config: ServerConfig, replaced: Replacements = {}): Promise<Server> {
  checkConfig(config);
  const clock = replaced.clock ?? Date.now;
  const wait = replaced.wait ?? ((ms: number) => setTimeout(ms));
  const logger = replaced.logger ?? createLogger(config.logLevel);
  const models = readModelPolicy(config.modelsDirectory);
  const network = readImageNetwork(config.image);
  const { storage, keys, ledger } = await openData(config, clock());
  const metrics = createMetrics();
  const evaluator = timed(replaced.evaluator ?? workerPool({ size: config.workers, logger, clock }), metrics);
  const image = network && {
    network,
    evaluator: timedImages(
      replaced.imageEvaluator ?? imageGroup({ network, threads: config.image.threads, logger, clock }),
      metrics,
    ),
  };
  const undo = async () => {
    await evaluator.close();
    await image?.evaluator.close();
    await storage.close();
    ledger.close();
  };
  try {
    const signingKeys = createSigningKeys({ secrets: storage.secrets, keys, clock });
    const { accounts, artifacts } = storage;
    const audit = auditOpenId(storage.audit, logger, clock);
    const oidc = await createOidc({ config, accounts, artifacts, signingKeys, logger, clock, audit });
    const forget = (deviceId: string) => image?.evaluator.forget(deviceId);
    const erasing = erasures({ storage, ledger, clock, forget });
    const vault = createVault(keys);
    const deps: Deps = {
      ...{ config, models, storage, keys, vault, evaluator, logger, clock, wait },
      ...(image && { image }),
    };
    const compared = comparisons(deps);
    const accountUses = accountsUseCases(deps);
    // what a restart left behind ends before anything new begins
    const reapplied = await erasing.reapply();
    const sweepDeps = { ...deps, erasures: erasing };
    await storage.imageChecks.interrupted();
    const swept = await sweep(sweepDeps);
    await storage.audit.append({ at: clock(), kind: 'server-started' });
    await anchor('opened', storage.audit, ledger, clock());
    logger.info({ ...swept, reapplied, storage: config.storage, workers: config.workers }, 'storage open');

    const imageChecks = imageChecksUseCases(deps);
    const app = await createApp({
      config,
      logger,
      metrics,
      clock,
      oidc,
      interactions: oidc.interactions,
      audit: storage.audit,
      cookies: cookies(config.origin.startsWith('https:'), config.policy.sessionMs),
      accounts: accountUses,
      secondFactors: secondFactorUseCases(deps, accountUses),
      page: accountPage(deps),
      erasures: erasing,
      enrolments: enrolmentsUseCases(deps, compared),
      renewals: renewalsUseCases(deps, compared),
      pairings: pairingsUseCases(deps, compared),
      signIns: signInsUseCases(deps, compared, imageChecks),
      imageChecks,
      challenges: challenges({ clock, logger, onOutcome: metrics.challenge }),
      ready: () => storage.ping(),
    });
    await app.ready();
    const stopControl = await controlOf(deps, erasing);
    const sweeper = startSweeper(sweepDeps, sweepEveryMs);
    let closing: Promise<void> | undefined;
    const close = async () => {
      await app.close();
      await stopControl();
      await sweeper.stop();
      await anchor('closed', storage.audit, ledger, clock());
      await undo();
      logger.info({}, 'closed');
    };
    return {
      app,
      storage,
      listen: () => listen(app, config),
      sweep: async () => void (await sweep(sweepDeps)),
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** A server that keeps its data can be asked for a backup, and about erasures, by whoever may read that data. */
async function controlOf(
  { config, storage, vault, logger, clock }: Deps,
  erasing: Erasures,
): Promise<() => Promise<void>> {
  const { keeping, audit } = storage;
  if (!keeping) return async () => {};
  const backup = async (file: string) => {
    await keeping.backup(file);
    await audit.append({ at: clock(), kind: 'backup-made' });
  };
  const transcripts = { storage, vault, policy: config.policy, clock };
  const controlled = {
    backup,
    verifyErasure: erasing.verify,
    exportTranscript: (id: string) => exportTranscript(transcripts, id),
  };
  return startControl(controlSocket(config.dataDirectory), controlled, logger);
}

/** What of the provider's reports belongs into the audit log: who was let in where, and what was taken back. */
function auditOpenId(audit: Audit, logger: Logger, clock: () => number): OidcListener {
  const kept = new Set<OidcEvent['type']>([
    'oidc.authorized',
    'oidc.replayed',
    'oidc.grant-revoked',
    'oidc.signed-out',
  ]);
  return (event) => {
    // refusals are left to the log: strangers cause them, and each row here is a durable write
    if (!kept.has(event.type)) return;
    const clientId = 'clientId' in event ? event.clientId : '';
    const accountId = 'accountId' in event ? event.accountId : '';
    const row = { at: clock(), kind: 'openid', clientId, accountId, reason: event.type } as const;
    audit.append(row).catch((error: Error) => logger.error({ reason: error.name }, 'audit failed'));
  };
}

async function openData(config: ServerConfig, now: number): Promise<OpenedData> {
  if (config.storage === 'sqlite') return openDataDirectory(config.dataDirectory, now);
  const keys = localKeyManagement(randomBytes(32));
  return { storage: memoryStorage(), keys, ledger: memoryLedger(now) };
}

async function listen(app: FastifyInstance, { host, port }: ServerConfig): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ServerError('port-in-use', { cause, details: { host, port } });
  }
}
