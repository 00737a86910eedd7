/**
 * The encrypted decision is the plaintext decision: on real embeddings, through the whole sealed sign-in
 * (ticket, probe, evaluation, opening), and with the pairs nearest the threshold among them.
 */
import { advance, drawGeneration, makeProbe, makeTickets, openReply } from '@blindsight/protocol/client';
import { plainScorer } from '@blindsight/protocol/oracle';
import { evaluateSealed } from '@blindsight/protocol/server';
import { type CeremonyContext, newId, sealed1 } from '@blindsight/protocol/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPeople, embedPeople } from './support/embeddings.ts';

/** Pairs of each kind. */
const wanted = 500;

interface Pair {
  readonly w: Float32Array;
  readonly x: Float32Array;
  readonly cosine: number;
}

describe('500 genuine and 500 impostor pairs of real embeddings', () => {
  let people: EmbeddedPeople;
  beforeAll(async () => {
    people = await embedPeople();
  }, 240_000);

  it.each(['genuine', 'impostor'] as const)(
    '%s: sealed sign-in decides as the plaintext does',
    async (kind) => {
      const pairs = hardest(pairsOf(kind, people.embeddings), kind);
      expect(pairs).toHaveLength(wanted);
      const decisions = { accepted: 0, refused: 0 };
      for (const pair of pairs) {
        const { sealed, plain } = await decideBothWays(pair, people.thresholds);
        expect(sealed).toBe(plain);
        decisions[plain ? 'accepted' : 'refused']++;
      }
      // A kind decided one way only would prove less: the hardest pairs straddle the threshold.
      console.info(
        `${kind}: ${decisions.accepted} accepted, ${decisions.refused} refused, all as in the clear`,
      );
      expect(decisions[kind === 'genuine' ? 'accepted' : 'refused']).toBeGreaterThan(0);
    },
    240_000,
  );
});

/** All pairs of two single pictures: of one person, or of two. */
function pairsOf(kind: 'genuine' | 'impostor', people: EmbeddedPeople['embeddings']): Pair[] {
  const pairs: Pair[] = [];
  for (const [i, mine] of people.entries()) {
    for (const [j, others] of people.entries()) {
      if (kind === 'genuine' ? j !== i : j <= i) continue;
      for (const [m, w] of mine.entries()) {
        for (const [n, x] of others.entries()) {
          if (i === j && n === m) continue;
          pairs.push({ w, x, cosine: w.reduce((sum, value, k) => sum + value * x[k]!, 0) });
        }
      }
    }
  }
  return pairs;
}

/** Half of them nearest to the other kind, the rest spread evenly; with few people, pairs repeat under new frames. */
function hardest(pairs: readonly Pair[], kind: 'genuine' | 'impostor'): Pair[] {
  const sorted = [...pairs].sort((a, b) => (kind === 'genuine' ? a.cosine - b.cosine : b.cosine - a.cosine));
  const half = sorted.slice(0, Math.min(wanted / 2, sorted.length));
  const spread = Array.from({ length: wanted - half.length }, (_, k) => sorted[(k * 7919) % sorted.length]!);
  return [...half, ...spread];
}

/** One enrolment of one ticket and one sign-in with a fresh generation, beside the same in the clear. */
async function decideBothWays({ w, x }: Pair, { tau, sMax }: EmbeddedPeople['thresholds']) {
  const state = { ...drawGeneration('ordinary', sealed1), count: 1 };
  const { publicKey, tickets } = await makeTickets(state, w);
  const score = plainScorer(w, state.frameSeed)(x);

  const ceremonyId = newId();
  const { ticket } = advance(state, 0);
  const probe = makeProbe({ ticket, embedding: x });
  const { message } = evaluateSealed({ publicKey, ticket: tickets[0]!, probe, ceremonyId, tau, sMax });
  const { hit } = openReply(ticket, message, context(ceremonyId, tau, sMax));
  return { sealed: hit, plain: tau <= score && score <= sMax };
}

function context(ceremonyId: string, tau: number, sMax: number): CeremonyContext {
  return {
    purpose: 'sign-in',
    parameterSet: sealed1.id,
    accountId: newId(),
    deviceId: newId(),
    ceremonyId: ceremonyId as CeremonyContext['ceremonyId'],
    nonce: new Uint8Array(32),
    expiresAt: 0,
    clientId: 'parity',
    origin: 'http://localhost',
    manifestHash: new Uint8Array(32),
    tau,
    sMax,
  };
}
