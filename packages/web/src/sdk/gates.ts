/**
 * The quality gates by name: the closed list of hints a camera preview can show.
 * @module
 */
export { type Gate, type GateCode, gateCodes } from '@blindsight/face';
