/**
 * One sealed sign-in from every side: the server's work with its durable burn, the device's work, all byte
 * counts, and the whole thing in a real browser between the tap and the application's page.
 */
import { run as runProtocol } from '@blindsight/protocol/bench';
import { cpuMs } from '../../../packages/fhe/bench/measure.ts';
import { browserSignIns } from './browser-sign-in.ts';
import { durableBurn } from './durable-burn.ts';
import { pageSignIn } from './page-sign-in.ts';
import type { Report } from './report.ts';
import { peerName, sealInnerProduct } from './seal-peer.ts';

const ticketBytes = 55_344;
const samples = 60;
/** As many as the warm-up and the samples may burn. */
const tickets = 1000;

export async function run(report: Report, progress: (line: string) => void): Promise<void> {
  progress('sign-in: the peer');
  const peer = cpuMs(await sealInnerProduct());

  const store = await durableBurn(ticketBytes, tickets);
  try {
    await runProtocol(
      (row) => {
        const compared = row.case === 'server-evaluate' ? { peer: peerName, peer_value: peer.value } : {};
        report({ ...row, ...compared });
      },
      progress,
      { burn: () => store.burn(), samples },
    );
  } finally {
    await store.dispose();
  }
  await pageSignIn(report, progress);
  await browserSignIns(report, progress);
}
