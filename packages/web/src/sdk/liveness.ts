/**
 * What a challenge asks and says, by name, and the light of its colours.
 * @module
 */
export {
  type LightColour,
  type LivenessHint,
  type LivenessRefusal,
  lightOf,
} from '@blindsight/face/liveness';
