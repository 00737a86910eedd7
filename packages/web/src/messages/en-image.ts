/**
 * The encrypted-image check: what happens, how far it is, how it ended.
 * @module
 */

export const image = {
  privacy:
    'This application also asks for a check on an encrypted picture. The server cannot open the picture; it learns how alike it is to the ones you enrolled with, for this sign-in only.',
  stays:
    'No picture leaves this device in the clear: a few are encrypted here, and all are deleted right after.',
  purpose: 'Check on encrypted pictures',
  consentTitle: 'One more check, on an encrypted picture',
  consentAccept: 'I agree, set it up',
  consentDecline: 'Not now',
  enrolTitle: 'Setting up the check on encrypted pictures',
  enrolBody: 'This is done once on this device. Later sign-ins send one encrypted picture.',
  verifyTitle: 'Checking an encrypted picture',
  verifyBody: 'The server runs a face network on a picture that it cannot open.',
  stages: {
    keys: 'Make keys on this device',
    send: 'Send the keys',
    network: 'Compute on the encrypted picture',
    answer: 'Open and check the answer',
  },
  made: '{done} of {total} keys',
  sent: '{done} of {total}',
  waiting: 'The connection is lost. It goes on where it stopped.',
  picture: 'Encrypted picture {frame} of {frames} is on its way',
  queued: { one: '{count} check is before yours', other: '{count} checks are before yours' },
  layer: 'Picture {frame} of {frames}: layer {done} of {of}',
  deleted: 'The camera is off and the pictures are deleted. Only their encrypted form is sent.',
  resumes: 'If it is interrupted, the next try goes on from here.',
  readyTitle: 'The check is set up',
  readyBody:
    'Sign in once more with a look at the camera. This time the encrypted picture is checked as well.',
  readyGo: 'Sign in now',
  alsoReady: 'The check on encrypted pictures is set up too.',
  notReady: 'The check on encrypted pictures is not set up yet. The next sign-in that needs it will do it.',
} as const;
