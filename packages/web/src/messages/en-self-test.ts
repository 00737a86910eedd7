/**
 * The self-test of camera and light.
 * @module
 */
export const selfTest = {
  link: 'Check camera and light',
  title: 'Check camera and light',
  intro:
    'Most refusals come from the light, the distance or a blurred lens. Here you see what the camera sees of you, as the sign-in measures it.',
  stays:
    'It is measured on this device and shown to you alone. Nothing is compared, kept or sent, and it does not count as an attempt.',
  start: 'Start the camera',
  stop: 'Stop',
  good: 'Good. A sign-in would take this picture',
  measure: 'Measure',
  value: 'Now',
  wanted: 'Wanted',
  fits: 'fits',
  doesNotFit: 'does not fit',
  exactly: '{least}',
  between: '{least} to {most}',
  atLeast: '{least} or more',
  atMost: '{most} or less',
  pixels: '{value} px',
  measures: {
    faces: 'Faces',
    height: 'Height of the face in the picture',
    eyes: 'Distance of the eyes',
    luma: 'Brightness of the face',
    clipped: 'Share that is washed out or black',
    contrast: 'Contrast',
    sharpness: 'Sharpness',
    turn: 'Turn of the head',
  },
} as const;
