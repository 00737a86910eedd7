/**
 * The quality gates by name: the closed list of hints a camera preview can show.
 * @module
 */
import { type Gate, gateCodes } from '@blindsight/face';

export { type Gate, type GateCode, gateCodes } from '@blindsight/face';

const gates = new Set<string>(['ok', ...gateCodes]);

export const isGate = (hint: string): hint is Gate => gates.has(hint);
