/** The one form all benchmarks print: a JSON object per line, or the same as a table for people. */
import { cpus, totalmem } from 'node:os';

/** One measured figure. `value` is the median of `n` samples, or a count, size or rate. */
export interface Row {
  readonly bench: string;
  readonly case: string;
  /** What `value` is and its unit, e.g. `cpu_ms`, `wall_ms`, `bytes`. */
  readonly metric: string;
  readonly value: number;
  readonly p95?: number;
  readonly n?: number;
  /** The 95 % interval of `value`, where the benchmark has one. */
  readonly low?: number;
  readonly high?: number;
  /** What a user would pick instead, measured in the same run. */
  readonly peer?: string;
  readonly peer_value?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export type Report = (row: Row) => void;

/** A benchmark cannot run here (test data absent): said on standard error, exit status 77. */
export class BenchSkipped extends Error {
  override readonly name = 'BenchSkipped';
}

const host = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  os: `${process.platform}-${process.arch}`,
};

/** Prints rows as they come: JSON lines on standard output, or aligned columns. */
export function reporter(json: boolean): Report {
  let columns = false;
  return (row) => {
    // Above 1 always means that we are better: every metric here is a cost.
    const ratio = row.peer_value === undefined ? undefined : round(row.peer_value / row.value);
    if (json) {
      const figures = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? round(value) : value,
      ]);
      console.log(JSON.stringify({ ...Object.fromEntries(figures), ratio, host }));
      return;
    }
    if (!columns) console.log(`${host.cpu}, ${host.cores} cores, Node ${host.node}\n`);
    columns = true;
    const figure = `${round(row.value)} ${row.metric}`;
    const spread =
      row.low !== undefined
        ? `${round(row.low)} .. ${round(row.high ?? row.low)}`
        : row.p95 === undefined
          ? ''
          : `p95 ${round(row.p95)} (n=${row.n})`;
    const peer = row.peer === undefined ? '' : `${row.peer}: ${round(row.peer_value ?? 0)}, ratio ${ratio}`;
    console.log(
      `${`${row.bench} ${row.case}`.padEnd(40)} ${figure.padStart(20)}  ${spread.padEnd(24)} ${peer}`,
    );
  };
}

/** Four digits say all a measurement knows; counts and bytes are exact. */
function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
