/**
 * `@blindsight/face/browser`: the engine for a Worker of the page. It carries the runtime; the page itself
 * imports `@blindsight/face` (words, reports, `CaptureSession`), which carries nothing.
 * @module
 */
export { createFaceEngine } from './engine.ts';
