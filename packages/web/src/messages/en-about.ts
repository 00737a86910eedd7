/**
 * The operating point: how faces are judged here, and what nobody measured.
 * @module
 */
export const about = {
  link: 'How sure is a match?',
  title: 'How sure is a match?',
  intro:
    'A camera picture becomes numbers on your device, and two sets of numbers are compared under encryption. Such a comparison can be wrong. This is what was measured for the models that this provider uses, and what was not.',
  rates: 'Measured',
  wrong: 'A stranger is taken for you',
  wrongValue: 'about {rate} of comparisons (measured {low} to {high})',
  right: 'You are recognised at the first try',
  rightValue: '{value} of comparisons (measured {low} to {high})',
  frames: 'What is compared',
  framesValue: {
    one: '{count} picture on either side',
    other: 'the mean of {count} pictures on either side',
  },
  perFrame: 'The first figure for a single device',
  perFrameValue: '{low} to {high}: every device has its own secret frame',
  wolf: 'Somebody who holds your unlocked device, has not your face and sends the best numbers we could find',
  wolfValue: 'gets in with at least {one} at one try, {five} at five; a better search may find more',
  verifier: 'How a template is made',
  verifiers: {
    mean: 'the mean of the pictures',
    logistic: 'trained on the device against faces that do not exist',
  },
  evidence: 'Measured on',
  evidenceValue: '{people} people, {pictures} pictures, {frames} secret frames',
  source: 'Source of the pictures',
  threshold: 'Threshold',
  thresholdValue: '{tau} of at most {most}, profile {profile}',
  unmeasuredTitle: 'Not measured',
  unmeasured: {
    groups: 'Differences by skin colour, sex, age or origin. Expect some: most face recognition has them.',
    glasses: 'Glasses, masks, make-up and beards by themselves.',
    ageing: 'Faces that grow older between enrolment and sign-in.',
    webcams:
      'Webcams by themselves, unless the source above says so: their pictures of one moment are much alike.',
    relatives: 'Twins and relatives, and people who look for somebody they resemble.',
  },
  research:
    'A part of these models was learned from research pictures. They are for non-commercial use until the operator brings others.',
  retry: 'Try again',
} as const;
