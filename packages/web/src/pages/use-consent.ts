/**
 * Lets a headless flow wait for a person's word on a text: the flow calls `ask`, the screen settles it.
 * @module
 */
import type { ConsentText } from '@blindsight/protocol/wire';
import { useRef } from 'preact/hooks';
import { Cancelled } from './use-capture.ts';

export interface ConsentGate {
  /** For the flow, after the text is on the screen. Resolves to the text that was agreed to. */
  readonly ask: (text: ConsentText) => Promise<ConsentText>;
  /** For the screen. */
  readonly agree: () => void;
  /** The flow ends. */
  readonly decline: () => void;
}

export function useConsent(): ConsentGate {
  const gate = useRef<ConsentGate>(undefined);
  gate.current ??= createGate();
  return gate.current;
}

function createGate(): ConsentGate {
  let waiting: PromiseWithResolvers<void> | undefined;
  return {
    async ask(text) {
      waiting = Promise.withResolvers();
      await waiting.promise;
      return text;
    },
    agree: () => waiting?.resolve(),
    decline: () => waiting?.reject(new Cancelled()),
  };
}
