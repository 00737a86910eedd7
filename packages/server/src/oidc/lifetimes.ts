/**
 * How long what the provider issues is good for. Unit: seconds.
 * @module
 */
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const lifetimes = {
  AuthorizationCode: minute,
  AccessToken: 15 * minute,
  IdToken: hour,
  /** Long enough to make an account and enrol a face in the middle of a first sign-in. */
  Interaction: 30 * minute,
  /** Sliding; a working day. */
  Session: 12 * hour,
  /** Each use replaces it. */
  RefreshToken: 14 * day,
  /** The outer limit: after this an application has to send the person again. */
  Grant: 30 * day,
} as const;
