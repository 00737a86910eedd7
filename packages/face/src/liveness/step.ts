/**
 * What a challenge can ask of a person. The same shapes as on the wire, spelled here once more because this package
 * knows no protocol.
 * @module
 */

/**
 * Colours of the screen, the corners of a cube. None is a saturated red (WCAG 2.3.1): "off" channels are at `low`.
 * Neighbouring slots should differ, and over one challenge every channel should be on at least once and off at
 * least once: a channel that never changes proves nothing.
 */
export const lightColours = ['black', 'blue', 'green', 'cyan', 'red', 'magenta', 'yellow', 'white'] as const;
export type LightColour = (typeof lightColours)[number];

/** Directions are the person's own. */
export type LivenessStep =
  /** The screen shows one colour for `ms`, at least 400. */
  | { readonly kind: 'light'; readonly colour: LightColour; readonly ms: number }
  /** Turns the head by 15 degrees or more, and comes back. */
  | { readonly kind: 'turn'; readonly direction: 'left' | 'right' }
  /** Comes nearer until the face is a quarter larger. */
  | { readonly kind: 'closer' }
  | { readonly kind: 'blink' }
  | { readonly kind: 'smile' };

/** Linear light of an "on" and an "off" channel, 0..1. */
export const lightLevels = { on: 1, off: 0.2 } as const;

/** Linear R G B, 0..1, as in CSS `color(srgb-linear R G B)`. Black is the darkest the page gets, not a screen that is off. */
export function lightOf(colour: LightColour): readonly [number, number, number] {
  const bits = lightColours.indexOf(colour);
  const level = (mask: number): number => (bits & mask ? lightLevels.on : lightLevels.off);
  return [level(4), level(2), level(1)];
}
