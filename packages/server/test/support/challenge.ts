/**
 * The device's end of a challenge line over `app.injectWS`, well-behaved unless a test steps in.
 * @module
 */
import type { Socket } from 'node:net';
import {
  advance,
  DeviceChallenge,
  makeProbe,
  makeTicketReady,
  signTranscript,
} from '@blindsight/protocol/client';
import {
  type CeremonyContext,
  type ChallengeProfile,
  type ChallengeStep,
  encodeProbeMessage,
  probeTranscript,
} from '@blindsight/protocol/wire';
import { agree, type Browser, face, type Sent } from './browser.ts';
import { origin, type Provider } from './provider.ts';

/** What came: a message, or the reason with which the other end closed. */
export type Came = { readonly message: Uint8Array } | { readonly closed: string };

export interface Line {
  send(message: Uint8Array | string): void;
  next(): Promise<Came>;
  /** Goes away. */
  drop(): void;
}

/** @param headers what differs from this browser's own. */
export async function openLine(
  site: Provider,
  browser: Browser,
  path: string,
  headers: Record<string, string> = {},
): Promise<Line> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const waiting: Came[] = [];
  const takers: ((came: Came) => void)[] = [];
  const came = (one: Came) => {
    const taker = takers.shift();
    if (taker) taker(one);
    else waiting.push(one);
  };
  const socket = await site.server.app.injectWS(
    path,
    { headers: { origin, cookie, ...headers }, socket: { remoteAddress: '127.0.0.1' } as Socket },
    {
      onInit: (one) => {
        // every real one answers by itself
        one.on('ping', (data) => one.pong(data));
        one.on('message', (data: Buffer) => came({ message: new Uint8Array(data) }));
        one.on('close', (_code, reason) => came({ closed: reason.toString() || 'done' }));
      },
    },
  );
  return {
    send: (message) => socket.send(message),
    next: () => {
      const one = waiting.shift();
      return one ? Promise.resolve(one) : new Promise((resolve) => takers.push(resolve));
    },
    drop: () => socket.terminate(),
  };
}

/** Answers every step at once. @returns how the line was closed, the steps, and the context to sign from then on */
export async function answerAll(line: Line, device: DeviceChallenge) {
  const steps: ChallengeStep[] = [];
  for (;;) {
    const came = await line.next();
    if ('closed' in came) return { steps, closed: came.closed };
    const step = device.receive(came.message);
    if (!step) continue;
    steps.push(step.step);
    line.send(device.commit(new TextEncoder().encode(JSON.stringify(step))));
  }
}

/** A comparison whose ticket is spent and whose `ready` is made; nothing is sent. */
export async function prepareChallenge(
  browser: Browser,
  challenge: Sent['challenge'],
  profile: ChallengeProfile = 'default',
) {
  const { ticketClass, generationId, lastBurnedIndex } = challenge;
  const context = agree(challenge, ticketClass === 'root' ? 'renewal' : 'sign-in');
  const { states, deviceKey } = browser.device!;
  const index = Math.max(states[ticketClass].nextIndex, lastBurnedIndex + 1);
  const { state, ticket } = advance(states[ticketClass], index);
  states[ticketClass] = state;
  const ready = await makeTicketReady(context, profile, ticket, deviceKey.privateKey);
  /** The probe, signed over what the challenge came to. */
  const probe = async (signed: CeremonyContext, name: string): Promise<Sent> => {
    const b = makeProbe({ ticket, embedding: face(name) });
    const transcript = probeTranscript(signed, { generationId, ticketClass, ticketIndex: index, probe: b });
    const signature = await signTranscript(deviceKey.privateKey, transcript);
    const message = encodeProbeMessage({ ticketIndex: index, probe: b, signature });
    return { challenge, context: signed, transcript, ticket, message };
  };
  return { context, ready, probe, device: new DeviceChallenge(context, profile), path: pathOf(challenge) };
}

const pathOf = ({ ceremonyId, ticketClass }: Sent['challenge']) =>
  `/v1/${ticketClass === 'root' ? 'renewals' : 'sign-ins'}/${ceremonyId}/challenge`;
