/**
 * The second factor, and another device: every word of both.
 * @module
 */
export const secondFactor = {
  title: 'One more proof',
  body: 'A passkey alone does not change where your face is enrolled. Type one of your recovery codes; each works once.',
  codeLabel: 'Recovery code',
  codePlaceholder: 'ABCD-EFGH-JKMN',
  codeMissing: 'Please type one of your codes.',
  show: 'Continue',
  usePasskey: 'Use another passkey of mine',
  noCodes:
    'No code left? On a device that still signs you in, renew it on the account page, then make new codes there.',
  row: 'Recovery codes',
  left: { one: '{count} code left', other: '{count} codes left' },
  madeAt: 'Made {date}',
  none: 'You have no recovery codes. Renew this browser first, then make them: without them nobody can enrol your face again, not even you.',
  make: 'Make new codes',
  makeFirst: 'Make recovery codes',
  addPasskey: 'Add a passkey',
  passkeyNote: 'A passkey on a security key or another device, bound to it, can stand in for a code.',
  codesTitle: 'Keep these recovery codes',
  codesBody:
    'If you lose this device, a code and your passkey let you enrol again. They are shown only now. Keep them away from this device.',
  copy: 'Copy',
  copied: 'Copied',
  download: 'Download',
  print: 'Print',
  kept: 'I have kept them',
  fileName: 'blindsight-recovery-codes.txt',
} as const;

export const devices = {
  add: 'Add another device',
  addTitle: 'Add another device',
  steps: {
    starting: 'Preparing a code',
    waiting: 'Scan this code with the camera of the other device',
    joined: 'The other device has come. Look into its camera, as it says there.',
    unlocking: 'Confirm with your passkey to go on.',
    comparing: 'Comparing under encryption with your enrolment',
    enrolling: 'It is you. The other device is enrolling; keep both open.',
  },
  scanBody:
    'Only scan it with a device of yours, and let nobody else see it. It works once, for ten minutes.',
  qrLabel: 'QR code that opens the enrolment page on the other device',
  address: 'Show the address instead',
  compareTitle: 'Are these digits on the other device?',
  compareBody:
    '“{label}” must show exactly these. If it shows others, or none, somebody else may have scanned the code.',
  match: 'Yes, the same',
  differ: 'No',
  addedTitle: 'The other device is enrolled',
  addedBody: 'It signs you in by itself from now on. Your other devices will be told.',
  newBadge: 'New',
  newTitle: 'A device was added',
  newBody: '“{label}” was added on {date}. If that was not you, revoke it below and tell the operator.',
  signInNotice: '“{label}” was added to your account on {date}. Was that not you?',
  enrolHereNote:
    'Lost a device? Revoke it above. To sign in by face here, choose “Add another device” on one that still signs you in; or enrol here with your passkey and a recovery code, which revokes the others.',
  joinTitle: 'Add this device',
  joinSteps: {
    starting: 'Preparing the models',
    offering: 'Sealing what was seen for your other device',
    waiting: 'Waiting for your other device to open it',
    comparing: 'Compare these digits with your other device, and say there whether they are the same',
    making: 'It is you. Sealing your face into {count} one-time tickets',
    sending: 'Sending the first tickets',
    finishing: 'Finishing',
  },
  joinDoneTitle: 'This device is enrolled',
  joinDoneBody: 'From now on a look at the camera signs {name} in here.',
  recoveryTitle: 'This starts your enrolment afresh',
  recoveryBody: {
    one: 'Your account has a device enrolled. It is revoked when the new enrolment is finished, and until then sign-in by face is locked. To keep it, choose “Add another device” there.',
    other:
      'Your account has {count} devices enrolled. They are revoked when the new enrolment is finished, and until then sign-in by face is locked. To keep them, choose “Add another device” on one of them.',
  },
} as const;

export const deviceErrors = {
  'second-factor-required': {
    title: 'One more proof is needed',
    body: 'This step needs a recovery code, or another passkey of yours.',
    action: 'retry',
  },
  'second-factor-refused': {
    title: 'That was not accepted',
    body: 'Check the code: each works once, and new codes end the old ones. Or use another passkey.',
    action: 'retry',
  },
  'second-factor-locked': {
    title: 'Recovery codes are locked for now',
    body: 'Too many wrong codes. They open again in {time}.',
    action: 'retry',
  },
  'second-factor-cancelled': {
    title: 'Nothing was changed',
    body: 'The second proof was not given. Try again when you have a recovery code at hand.',
    action: 'retry',
  },
  'device-too-new': {
    title: 'This device is too new for that',
    body: 'A device that was added by another one can add devices itself after seven days.',
    action: 'account',
  },
  'pairing-link-invalid': {
    title: 'This code is not complete',
    body: 'Open the address by scanning the code on your other device. It must not be shortened.',
    action: 'none',
  },
  'pairing-refused': {
    title: 'Somebody else may have scanned the code',
    body: 'The two devices did not agree, so nothing was added. Start again on your enrolled device, where nobody else sees the code.',
    action: 'account',
  },
  'pairing-closed': {
    title: 'The other device has ended this',
    body: 'It was cancelled, took too long, or the face did not match the enrolment. Nothing was added. Start again on your enrolled device.',
    action: 'account',
  },
} as const;
