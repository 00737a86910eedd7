/**
 * The protocol's share of the `sign-in` benchmark: work and bytes of one sealed sign-in, no HTTP, no camera.
 * `node packages/protocol/bench/sign-in.ts` prints JSON lines; `apps/bench` calls `run` and may lend a durable burn.
 */
import { pathToFileURL } from 'node:url';
import { sealTicket } from '../src/client.ts';
import { createSealingKey, evaluateSealed, verifyProbe } from '../src/server.ts';
import { sealed1 } from '../src/wire.ts';
import { clientWork, context, dim, enrol, leastTau, type Sample, signIn, tickets32 } from './ceremony.ts';

/** One measured figure, in the project's common form; `apps/bench` adds the host. */
export interface Row {
  readonly bench: 'sign-in';
  readonly case: string;
  readonly metric: 'cpu_ms' | 'bytes';
  /** Median of `n` samples of process CPU time, or a number of bytes. */
  readonly value: number;
  readonly p95?: number;
  readonly n?: number;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

export interface BenchOptions {
  /**
   * Burns the ticket durably, as a server does between signature check and evaluation. Without it the case is
   * called `server-evaluate/no-burn`, because that is what it measures.
   */
  readonly burn?: (generationId: string, ticketIndex: number) => Promise<unknown>;
  readonly samples?: number;
}

/** Measures everything, handing out each row when it is known. The shape that `apps/bench` loads. */
export async function run(
  report: (row: Row) => void,
  progress: (line: string) => void,
  { burn, samples = 60 }: BenchOptions = {},
): Promise<void> {
  const parameters = { id: sealed1.id, fhe: sealed1.fhe, dim, tau: context.tau };
  const time = async (name: string, call: () => Promise<unknown>, times = samples) => {
    progress(`sign-in ${name}`);
    report({ bench: 'sign-in', case: name, metric: 'cpu_ms', ...(await cpuMs(call, times)), parameters });
  };
  const bytes = (name: string, value: number) =>
    report({ bench: 'sign-in', case: name, metric: 'bytes', value, parameters });

  progress('sign-in: enrolling');
  const sample = await enrol();
  const exchange = await signIn(sample);

  await time(burn ? 'server-evaluate' : 'server-evaluate/no-burn', async () => {
    const message = await verifyProbe(exchange.record, exchange.up);
    await burn?.(exchange.record.generationId, message.ticketIndex);
    return evaluateSealed({ ...context, ...exchange.stored, probe: message.probe });
  });
  const widest = { ...context, ...exchange.stored, tau: leastTau, probe: new Uint8Array(64) };
  await time('server-evaluate/widest-table-no-burn', async () => evaluateSealed(widest));
  await time('client-probe-open', () => clientWork(sample, exchange.reply));
  await time('tickets/32', () => tickets32(sample), 5);

  const { enrolBytes, storedBytes } = await sizes(sample);
  bytes('bytes-up', exchange.up.length);
  bytes('bytes-up-amortised', exchange.up.length + Math.ceil(enrolBytes / sealed1.ordinaryTickets));
  bytes('bytes-enrol', enrolBytes);
  bytes('bytes-down', exchange.reply.length);
  bytes('ticket-stored', sample.enrolment.material.ordinary.tickets[0]!.length);
  bytes('bytes-per-user', storedBytes);
}

/** What one enrolment uploads (waiting tickets sealed), and what the server keeps of it. */
async function sizes({ enrolment }: Sample): Promise<{ enrolBytes: number; storedBytes: number }> {
  const { ordinary, root } = enrolment.material;
  const key = await createSealingKey();
  const place = { ceremonyId: context.ceremonyId, ticketClass: 'ordinary', index: 8 } as const;
  const sealed = await sealTicket(key.publicKey, ordinary.tickets[8]!, place);
  const sum = (parts: readonly Uint8Array[]) => parts.reduce((total, part) => total + part.length, 0);
  const { publicKey } = ordinary;
  const waiting = ordinary.tickets.length - sealed1.firstOrdinary;
  const storedBytes = sum([
    publicKey,
    root.publicKey,
    ...ordinary.tickets,
    ...root.tickets,
    enrolment.statement,
  ]);
  return { storedBytes, enrolBytes: storedBytes + waiting * (sealed.length - ordinary.tickets[8]!.length) };
}

/** Before anything is timed: a server runs for weeks, its compiler is busy for a second. Unit: ms of CPU time. */
const warmUp = 1500;

/** Median and p95 of the process CPU time of one call, all threads. */
async function cpuMs(call: () => Promise<unknown>, samples: number) {
  const cpuOf = async () => {
    const start = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  for (let spent = 0; spent < warmUp; ) spent += await cpuOf();
  const times: number[] = [];
  for (let i = 0; i < samples; i++) times.push(await cpuOf());
  times.sort((a, b) => a - b);
  return { value: times[samples >> 1]!, p95: times[Math.floor(samples * 0.95)]!, n: samples };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(
    (row) => console.log(JSON.stringify(row)),
    (line) => console.error(line),
  );
}
