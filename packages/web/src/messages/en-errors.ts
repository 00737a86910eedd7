/**
 * One text per error code: what happened, and what to do. Refusals stay neutral on purpose: the page does not
 * know, and must not say, whether it was the face, the key or the light.
 * @module
 */
import type { ErrorCode } from '../sdk/errors.ts';
import { deviceErrors } from './en-devices.ts';
import type { ErrorText } from './types.ts';

export const errors = {
  ...deviceErrors,
  // the server's answer
  'sign-in-refused': {
    title: 'Sign-in was refused',
    body: 'It did not work this time. Check the light, take off glasses or a cap, and try again, or use your passkey.',
    action: 'retry',
  },
  'challenge-refused': {
    title: 'That did not fit together',
    body: 'Stay in front of the camera and follow each hint as soon as it comes. A brighter screen and a darker room help with the colours.',
    action: 'retry',
  },
  'face-locked': {
    title: 'Face sign-in is locked for now',
    body: 'Too many attempts without success. It opens again in {time}. Your passkey works meanwhile.',
    action: 'passkey',
  },
  'budget-exhausted': {
    title: 'No more face sign-ins today',
    body: 'The daily number for this device is used up. Use your passkey, or come back in {time}.',
    action: 'passkey',
  },
  'too-many-requests': {
    title: 'Too many requests',
    body: 'Please wait {time} and try again.',
    action: 'retry',
  },
  'device-revoked': {
    title: 'This device was revoked',
    body: 'Its enrolment no longer exists on the server. Sign in with your passkey and enrol your face again.',
    action: 'enrol',
  },
  'account-closed': {
    title: 'This account was closed',
    body: 'Its data was erased. You can create a new account.',
    action: 'create',
  },
  'ceremony-expired': {
    title: 'That took too long',
    body: 'For your safety each attempt has a deadline, and it has passed. Nothing was lost; start again.',
    action: 'retry',
  },
  'ceremony-closed': {
    title: 'This attempt was already used',
    body: 'Each attempt can be answered only once. Start a new one.',
    action: 'retry',
  },
  'ceremony-not-found': {
    title: 'This attempt no longer exists',
    body: 'The server may have been restarted in between. Nothing was lost; start again.',
    action: 'retry',
  },
  'ticket-burned': {
    title: 'This ticket was used already',
    body: 'Another sign-in with this device came first. Close other tabs and start again.',
    action: 'retry',
  },
  'interaction-expired': {
    title: 'This sign-in has run out',
    body: 'Go back to the application and start again from there.',
    action: 'none',
  },
  'image-check-unavailable': {
    title: 'The check on encrypted pictures is switched off',
    body: 'This server does not offer it now. Go back to the application, or ask who runs it.',
    action: 'none',
  },
  'image-keys-refused': {
    title: 'The keys did not arrive as they were made',
    body: 'Something changed them on the way. Nothing was stored; set it up once more.',
    action: 'retry',
  },
  'image-refused': {
    title: 'The pictures do not go together',
    body: 'They are too different from each other, or too dark. Find even light, look straight at the camera, and try once more. Nothing was stored.',
    action: 'retry',
  },
  'evaluation-running': {
    title: 'Another check of this device is running',
    body: 'It may be open in another tab. Wait a moment and try again.',
    action: 'retry',
  },
  'evaluation-timeout': {
    title: 'The comparison took too long',
    body: 'The server is under load. Please try again in a moment.',
    action: 'retry',
  },
  'server-busy': {
    title: 'The server is busy',
    body: 'Please try again in a moment.',
    action: 'retry',
  },
  internal: {
    title: 'Something went wrong',
    body: 'The fault is ours, not yours. Try again; if it stays, use your passkey and tell the operator.',
    action: 'retry',
  },
  'malformed-message': {
    title: 'The server did not understand this page',
    body: 'The page may be out of date. Reload it and try again.',
    action: 'reload',
  },
  'message-too-large': {
    title: 'A message was too large',
    body: 'The server takes smaller messages than this page sends. Reload it and try again.',
    action: 'reload',
  },
  'body-mismatch': {
    title: 'An upload arrived damaged',
    body: 'A ticket did not match what was announced. The enrolment was stopped; please start it again.',
    action: 'enrol',
  },
  'unsupported-parameters': {
    title: 'Enrolled under older rules',
    body: 'The server no longer works with this enrolment. Sign in with your passkey and enrol again.',
    action: 'enrol',
  },
  'consent-outdated': {
    title: 'The consent text has changed',
    body: 'Please read the new text first.',
    action: 'retry',
  },
  'enrolment-incomplete': {
    title: 'The enrolment is not complete',
    body: 'Some tickets have not reached the server yet. Wait a moment, or enrol again.',
    action: 'retry',
  },
  'renewal-required': {
    title: 'Your face enrolment must be renewed first',
    body: 'It was last renewed too long ago. Sign in with your passkey, open your account page and renew it there; it takes a minute.',
    action: 'account',
  },
  'enrolment-too-old': {
    title: 'Time for a new enrolment',
    body: 'An enrolment can be renewed for a year, and twelve times. Sign in with your passkey and enrol your face again.',
    action: 'enrol',
  },
  'session-required': {
    title: 'Please sign in first',
    body: 'Your session has ended. Confirm with your passkey to go on.',
    action: 'passkey',
  },
  'reauthentication-required': {
    title: 'Please confirm it is you',
    body: 'This step needs a fresh confirmation with your passkey.',
    action: 'passkey',
  },
  'origin-refused': {
    title: 'This request was refused',
    body: 'It did not come from this site’s own page. Open the page at its usual address.',
    action: 'reload',
  },
  'not-found': {
    title: 'There is nothing here',
    body: 'The address may be mistyped, or what it named is gone.',
    action: 'account',
  },
  'unknown-client': {
    title: 'This application is not known here',
    body: 'The operator of the application has to register it first. You cannot fix this yourself.',
    action: 'none',
  },
  'invalid-redirect-uri': {
    title: 'The return address is not registered',
    body: 'To protect you, we only return to addresses the application has registered. Tell its operator.',
    action: 'none',
  },

  // the camera
  'camera-denied': {
    title: 'The camera is not allowed',
    body: 'Open the site settings beside the address bar, allow the camera, then try again. Or use your passkey.',
    action: 'retry',
  },
  'camera-missing': {
    title: 'No camera was found',
    body: 'Connect a camera or switch it on, then try again. Or use your passkey.',
    action: 'retry',
  },
  'camera-blocked': {
    title: 'This browser blocks camera pictures',
    body: 'A privacy setting hides or alters them (fingerprinting protection in Brave, Tor or LibreWolf). Turn it off for this site, or use your passkey.',
    action: 'retry',
  },
  'camera-busy': {
    title: 'Another program uses the camera',
    body: 'Close video calls and other camera windows, then try again.',
    action: 'retry',
  },
  'camera-lost': {
    title: 'The camera was taken away',
    body: 'It was unplugged or another program took it. Connect it again and retry; nothing was sent.',
    action: 'retry',
  },
  'insecure-context': {
    title: 'This address is not secure',
    body: 'Browsers give the camera only to https addresses (or localhost). Open this page over https.',
    action: 'none',
  },
  'page-hidden': {
    title: 'Paused',
    body: 'The camera was switched off because this page was not in view. Start again when you are ready.',
    action: 'retry',
  },
  'device-turned': {
    title: 'You turned the device',
    body: 'The movements are measured from how you held it at the beginning. Hold it the way you like and start again.',
    action: 'retry',
  },

  // what this browser keeps
  'storage-lost': {
    title: 'This browser has forgotten your keys',
    body: 'Site data was cleared, or the browser removed it. Sign in with your passkey and enrol your face again.',
    action: 'enrol',
  },
  'storage-unavailable': {
    title: 'This browser cannot keep keys',
    body: 'Storage is switched off, full, or this is a private window. Use a normal window, or use your passkey.',
    action: 'passkey',
  },
  'no-tickets-left': {
    title: 'No sign-ins left on this device',
    body: 'The one-time tickets on this device are used up. Sign in with your passkey and renew them on your account page.',
    action: 'account',
  },
  'device-limit': {
    title: 'Enough for today',
    body: 'This device allows 50 face sign-ins a day, whatever the server says. Use your passkey until tomorrow.',
    action: 'passkey',
  },
  'other-tab': {
    title: 'Another tab is signing in',
    body: 'Only one tab at a time can use this device’s tickets. Finish or close the other tab, then try again.',
    action: 'retry',
  },

  // what was delivered to it
  'models-altered': {
    title: 'The face models were altered or are out of date',
    body: 'They are not the ones that were measured, so the camera stays off. Use your passkey and tell the operator.',
    action: 'passkey',
  },
  'models-unavailable': {
    title: 'The face models could not be loaded',
    body: 'The connection may be weak, or the operator has not prepared them yet. Try again, or use your passkey.',
    action: 'retry',
  },
  'reply-invalid': {
    title: 'The server’s reply does not hold',
    body: 'It is not what an honest server sends, so this device did not answer it. Use your passkey and tell the operator.',
    action: 'passkey',
  },
  'network-lost': {
    title: 'The server cannot be reached',
    body: 'Check your connection; the server may be restarting. Nothing was lost. Try again in a moment.',
    action: 'retry',
  },
  'worker-failed': {
    title: 'This page could not do its work',
    body: 'The background part of the page stopped, perhaps for lack of memory. Reload and try again.',
    action: 'reload',
  },

  // the passkey
  'passkey-cancelled': {
    title: 'The passkey was not confirmed',
    body: 'The request was cancelled or took too long. Try again when you are ready.',
    action: 'retry',
  },
  'passkey-unsupported': {
    title: 'This browser has no passkeys',
    body: 'Use a current browser, or a device that can hold a passkey.',
    action: 'none',
  },
  'passkey-no-prf': {
    title: 'This passkey cannot unlock the keys',
    body: 'The keys on this device open only with the passkey chosen at enrolment. Pick that one, or enrol again.',
    action: 'enrol',
  },

  // a capture that ended without a result
  'still-image': {
    title: 'That looks like a picture',
    body: 'The camera image did not change at all. Look into a live camera and move a little.',
    action: 'retry',
  },
  'face-lost': {
    title: 'Your face was out of the picture',
    body: 'Stay in front of the camera until the end, and start again.',
    action: 'retry',
  },
  'other-movement': {
    title: 'That was another movement',
    body: 'Follow the arrow: it points to your own left or right. Start again.',
    action: 'retry',
  },
  'too-few-frames': {
    title: 'Too few good pictures',
    body: 'Look straight at the camera between the steps, and start again.',
    action: 'retry',
  },
  'flat-image': {
    title: 'That moved like a picture',
    body: 'What the camera saw moved like something flat. Look into the camera yourself, with nothing in front of it.',
    action: 'retry',
  },
  'light-mismatch': {
    title: 'The light of the screen did not reach your face',
    body: 'Make the screen brighter, come closer, or go where it is less bright. Or choose to go without colours.',
    action: 'retry',
  },
  'light-late': {
    title: 'The camera answered too late',
    body: 'The picture lags behind the screen. Close what keeps the device busy, or use a camera of its own, and start again.',
    action: 'retry',
  },
  'step-unfinished': {
    title: 'The time for this step ran out',
    body: 'Follow each hint as soon as it comes. If a movement is hard for you, use your passkey.',
    action: 'retry',
  },
  'face-changed': {
    title: 'More than one person was seen',
    body: 'The face changed on the way. Make sure only you are in view, and start again.',
    action: 'retry',
  },
  'no-face': {
    title: 'No face was found',
    body: 'Look into the camera so that your face fills the oval, and start again.',
    action: 'retry',
  },
  'several-faces': {
    title: 'More than one face',
    body: 'Only one person can be in view. Start again alone.',
    action: 'retry',
  },
  'too-far': {
    title: 'Too far away',
    body: 'Move closer, so that your face fills the oval.',
    action: 'retry',
  },
  'too-close': {
    title: 'Too close',
    body: 'Move back a little, so that your whole face is seen.',
    action: 'retry',
  },
  'off-centre': { title: 'Not in the middle', body: 'Keep your face inside the oval.', action: 'retry' },
  'turn-less': { title: 'Turned away', body: 'Look straight at the camera.', action: 'retry' },
  'too-dark': {
    title: 'Too dark',
    body: 'Switch on a light in front of you, or face a window.',
    action: 'retry',
  },
  'too-bright': { title: 'Too bright', body: 'Move out of the strong light.', action: 'retry' },
  'over-exposed': {
    title: 'Parts of your face are washed out',
    body: 'Turn away from the strong light so that it falls evenly.',
    action: 'retry',
  },
  'low-contrast': {
    title: 'The light is too flat',
    body: 'Find a place with more light on your face, and clear fog from the lens.',
    action: 'retry',
  },
  blurred: {
    title: 'The picture is blurred',
    body: 'Hold still, wipe the lens, and start again.',
    action: 'retry',
  },
} as const satisfies Record<ErrorCode, ErrorText>;
