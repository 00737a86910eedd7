/**
 * Shapes of what comes in, one source for validation and types. Unknown members are refused.
 * @module
 */
import { Type } from 'typebox';

const strict = { additionalProperties: false } as const;
/** 16 bytes, base64url, canonical. */
const id = Type.String({ pattern: '^[\\w-]{21}[AQgw]$' });
/** WebAuthn's JSON is checked by the library that understands it; here only its size, by the body limit. */
const webAuthn = Type.Object({ id: Type.String({ maxLength: 1400 }) });
const ticketClass = Type.Union([Type.Literal('ordinary'), Type.Literal('root')]);
/** An interaction's uid as oidc-provider makes them. */
const uid = Type.String({ pattern: '^[\\w-]{1,64}$' });
/** No control characters, not only spaces. */
const label = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^\\P{Cc}*[^\\s\\p{Cc}]\\P{Cc}*$' });

export const idParams = Type.Object({ id });
export const deviceParams = Type.Object({ deviceId: id });
export const receiptParams = Type.Object({ receiptId: id });
export const uidParams = Type.Object({ uid });
export const classParams = Type.Object({ id, ticketClass });
export const placeParams = Type.Object({
  id,
  ticketClass,
  index: Type.String({ pattern: '^(0|[1-9]\\d{0,2})$' }),
});
export const chunkParams = Type.Object({ id, chunk: Type.String({ pattern: '^(0|[1-9]\\d{0,2})$' }) });
export const frameParams = Type.Object({ id, index: Type.String({ pattern: '^\\d$' }) });
export const purposeParams = Type.Object({
  purpose: Type.Union([Type.Literal('enrol'), Type.Literal('image-check')]),
});
export const languageQuery = Type.Object({
  lang: Type.Optional(Type.String({ pattern: '^[A-Za-z-]{1,35}$' })),
});
export const deviceHeader = Type.Object({ 'x-blindsight-device': Type.Optional(id) });

export const empty = Type.Object({}, strict);
export const accountOptionsBody = Type.Object({ displayName: label(64) }, strict);
export const createAccountBody = Type.Object({ registrationId: id, response: webAuthn }, strict);
export const addPasskeyBody = Type.Object({ registrationId: id, response: webAuthn }, strict);
/** As typed; what is not a code is refused like a wrong one. */
export const secondFactorBody = Type.Object({ code: Type.String({ maxLength: 40 }) }, strict);
export const authenticationBody = Type.Object({ authenticationId: id, response: webAuthn }, strict);
export const consent = Type.Object(
  { version: Type.String({ maxLength: 20 }), hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
  strict,
);
export const joinPairingBody = Type.Object({ consent, deviceLabel: label(64) }, strict);
export const startEnrolmentBody = Type.Object(
  {
    consent,
    deviceLabel: label(64),
    profile: Type.Union([Type.Literal('quick'), Type.Literal('verified')]),
  },
  strict,
);
export const startSignInBody = Type.Object({ interactionUid: uid, accountId: id, deviceId: id }, strict);
export const startImageCheckBody = Type.Object({ enrolmentId: id }, strict);
export const startRenewalBody = Type.Object({ deviceId: id }, strict);
const answer = {
  token: Type.String({ pattern: '^[\\w-]{21}[AQgw]$' }),
  signature: Type.String({ pattern: '^[\\w-]{85}[AQgw]$' }),
};
export const answerBody = Type.Object({ ...answer, passkey: Type.Optional(webAuthn) }, strict);
export const renewalAnswerBody = Type.Object(answer, strict);
export const consentBody = Type.Object({ accept: Type.Boolean() }, strict);
