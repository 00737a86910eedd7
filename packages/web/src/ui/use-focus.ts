/** Moves the focus to an element when it appears: what is new is read first, and Tab goes on from there. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** @param again a change of it moves the focus once more */
export function useFocus<T extends HTMLElement>(again?: unknown): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => element.current?.focus(), [again]);
  return element;
}
