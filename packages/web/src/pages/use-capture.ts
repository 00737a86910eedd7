/**
 * Lets a headless flow wait for the camera screen: the flow calls `wait`, the screen settles it.
 * @module
 */
import { useRef } from 'preact/hooks';
import type { CaptureFrames, Challenged } from '../sdk/challenged.ts';
import type { WebError } from '../sdk/errors.ts';

/** Rejects a flow that a person has cancelled; never shown. */
export class Cancelled extends Error {}

export interface CaptureGate {
  /** Before a flow starts: forgets an earlier one. */
  readonly reset: () => void;
  /** For the flow: resolves when the camera screen is done. */
  readonly wait: CaptureFrames;
  /** For the screen: what the flow that waits has asked for. */
  readonly challenged: () => Challenged | undefined;
  /** For the screen. */
  readonly done: () => void;
  readonly failed: (error: WebError) => void;
  /** Also before the camera was asked for: the flow learns it when it gets there. */
  readonly cancel: () => void;
}

export function useCapture(): CaptureGate {
  const gate = useRef<CaptureGate>(undefined);
  gate.current ??= createGate();
  return gate.current;
}

function createGate(): CaptureGate {
  let gate = Promise.withResolvers<void>();
  let asked: Challenged | undefined;
  return {
    reset() {
      gate = Promise.withResolvers();
      asked = undefined;
      // A flow that ends before the camera never looks at it.
      gate.promise.catch(() => {});
    },
    wait(challenged) {
      asked = challenged;
      return gate.promise;
    },
    challenged: () => asked,
    done: () => gate.resolve(),
    failed: (error) => gate.reject(error),
    cancel: () => gate.reject(new Cancelled()),
  };
}
