/**
 * `@blindsight/face/liveness`: is a person in front of the camera who does what was asked just now? Pure functions
 * of what the face engine says about each frame. Not answered here: *who* it is (the match), and whether it is a
 * camera at all (nothing in a page can know).
 * @module
 */
export {
  type LivenessHint,
  type LivenessRefusal,
  type LivenessResult,
  type LivenessSession,
  livenessRefusals,
  type Observation,
  type StepEvidence,
  type StepProgress,
} from './contract.ts';
export { createPresentationHint, type PresentationHint } from './hint.ts';
export { livenessLimits } from './limits.ts';
export { createLivenessSession, type LivenessOptions } from './session.ts';
export { type LightColour, type LivenessStep, lightColours, lightLevels, lightOf } from './step.ts';
