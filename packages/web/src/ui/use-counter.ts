/** Re-renders when something was sent. */
import { useEffect, useReducer } from 'preact/hooks';
import type { TrafficCounter } from '../sdk/counter.ts';

export function useCounter(counter: TrafficCounter): TrafficCounter {
  const [, refresh] = useReducer((n: number) => n + 1, 0);
  useEffect(() => counter.subscribe(() => refresh(undefined as never)), [counter]);
  return counter;
}
