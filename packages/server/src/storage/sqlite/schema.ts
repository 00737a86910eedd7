/**
 * The schema, as the list of steps that led to it. `user_version` says how many were taken; a step is
 * never edited after a release, only followed by another.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import { ServerError } from '../../errors.ts';
import { transaction } from './transaction.ts';

/** Exported for the test that takes them one by one. */
export const steps: readonly string[] = [
  `
  CREATE TABLE account (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    public_key BLOB NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL,
    device_bound INTEGER NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX passkey_account ON passkey(account_id);
  CREATE TABLE session (
    id_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL, device_bound INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE passkey_question (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, challenge TEXT NOT NULL,
    account_id TEXT, display_name TEXT, expires_at INTEGER NOT NULL
  ) STRICT;

  -- 'staged' until its enrolment is finished, and invisible so long
  CREATE TABLE device (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    label TEXT NOT NULL, profile TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staged', 'active', 'erased', 'revoked')),
    public_key BLOB NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER
  ) STRICT;
  CREATE INDEX device_account ON device(account_id);
  -- the device's data key as wrapped by key management: without this row its ciphertexts are noise
  CREATE TABLE data_key (
    device_id TEXT PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE, wrapped BLOB NOT NULL
  ) STRICT;
  CREATE TABLE generation (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device(id) ON DELETE CASCADE,
    class TEXT NOT NULL CHECK (class IN ('ordinary', 'root')),
    parameter_set TEXT NOT NULL, manifest_hash BLOB NOT NULL, tau INTEGER NOT NULL, s_max INTEGER NOT NULL,
    count INTEGER NOT NULL, last_burned INTEGER NOT NULL DEFAULT -1,
    public_key_hash BLOB NOT NULL, public_key BLOB,
    UNIQUE (device_id, class)
  ) STRICT;
  CREATE TABLE ticket (
    generation_id TEXT NOT NULL REFERENCES generation(id) ON DELETE CASCADE,
    idx INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB,
    UNIQUE (generation_id, idx)
  ) STRICT;

  CREATE TABLE enrolment (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    device_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'stated', 'finished', 'complete')),
    label TEXT NOT NULL, profile TEXT NOT NULL,
    consent_purpose TEXT NOT NULL, consent_version TEXT NOT NULL, consent_language TEXT NOT NULL, consent_hash TEXT NOT NULL,
    nonce BLOB NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, late_until INTEGER NOT NULL,
    client_id TEXT NOT NULL, origin TEXT NOT NULL, parameter_set TEXT NOT NULL, manifest_hash BLOB NOT NULL,
    tau INTEGER NOT NULL, s_max INTEGER NOT NULL,
    ordinary INTEGER NOT NULL, root INTEGER NOT NULL, first_ordinary INTEGER NOT NULL,
    hpke_public_key BLOB NOT NULL, hpke_private_key BLOB, statement_hash BLOB
  ) STRICT;
  CREATE TABLE consent (
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    device_id TEXT NOT NULL, purpose TEXT NOT NULL, version TEXT NOT NULL, language TEXT NOT NULL, hash TEXT NOT NULL,
    given_at INTEGER NOT NULL, withdrawn_at INTEGER
  ) STRICT;
  CREATE TABLE erasure_receipt (
    receipt_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, erased_at INTEGER NOT NULL, device_id TEXT NOT NULL,
    generations INTEGER NOT NULL, tickets_erased INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE sign_in (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'burned', 'replied', 'accepted', 'failed', 'closed')),
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    device_id TEXT NOT NULL, client_id TEXT NOT NULL, interaction_uid TEXT NOT NULL, owner_hash TEXT NOT NULL,
    nonce BLOB NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, origin TEXT NOT NULL,
    manifest_hash BLOB NOT NULL, tau INTEGER NOT NULL, s_max INTEGER NOT NULL,
    generation_id TEXT NOT NULL, class TEXT NOT NULL, passkey_challenge TEXT,
    ticket_index INTEGER, probe_hash BLOB, reply_hash BLOB, token_hash BLOB
  ) STRICT;
  CREATE INDEX sign_in_under_way ON sign_in(account_id, state) WHERE state IN ('open', 'burned', 'replied');
  CREATE INDEX sign_in_interaction ON sign_in(interaction_uid);
  CREATE INDEX sign_in_expiry ON sign_in(expires_at);
  CREATE TABLE face_factor (
    account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    failures INTEGER NOT NULL, locked_until INTEGER
  ) STRICT;
  -- one row for each burned ticket, kept for a day
  CREATE TABLE attempt (device_id TEXT NOT NULL, client_id TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX attempt_device ON attempt(device_id, at);

  CREATE TABLE audit (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL, hash TEXT NOT NULL) STRICT;

  CREATE TABLE artifact (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL,
    uid TEXT, user_code TEXT, grant_id TEXT, expires_at INTEGER, consumed_at INTEGER,
    PRIMARY KEY (model, id)
  ) STRICT;
  CREATE INDEX artifact_uid ON artifact(uid) WHERE uid IS NOT NULL;
  CREATE INDEX artifact_user_code ON artifact(user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX artifact_grant ON artifact(grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX artifact_expiry ON artifact(expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE secret (
    sequence INTEGER PRIMARY KEY, name TEXT NOT NULL, wrapped BLOB NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  `,
  // Renewal: a device has more than one ceremony, and a staged generation beside the one in use.
  `
  CREATE TABLE enrolment_2 (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('enrol', 'renewal')),
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'stated', 'finished', 'complete')),
    label TEXT NOT NULL, profile TEXT NOT NULL,
    consent_purpose TEXT NOT NULL, consent_version TEXT NOT NULL, consent_language TEXT NOT NULL, consent_hash TEXT NOT NULL,
    nonce BLOB NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, late_until INTEGER NOT NULL,
    client_id TEXT NOT NULL, origin TEXT NOT NULL, parameter_set TEXT NOT NULL, manifest_hash BLOB NOT NULL,
    tau INTEGER NOT NULL, s_max INTEGER NOT NULL,
    ordinary INTEGER NOT NULL, root INTEGER NOT NULL, first_ordinary INTEGER NOT NULL,
    hpke_public_key BLOB NOT NULL, hpke_private_key BLOB, statement_hash BLOB
  ) STRICT;
  INSERT INTO enrolment_2 SELECT id, 'enrol', account_id, device_id, state, label, profile,
    consent_purpose, consent_version, consent_language, consent_hash, nonce, created_at, expires_at, late_until,
    client_id, origin, parameter_set, manifest_hash, tau, s_max, ordinary, root, first_ordinary,
    hpke_public_key, hpke_private_key, statement_hash FROM enrolment;

  CREATE TABLE generation_2 (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device(id) ON DELETE CASCADE,
    enrolment_id TEXT NOT NULL,
    staged INTEGER NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('ordinary', 'root')),
    parameter_set TEXT NOT NULL, manifest_hash BLOB NOT NULL, tau INTEGER NOT NULL, s_max INTEGER NOT NULL,
    count INTEGER NOT NULL, last_burned INTEGER NOT NULL DEFAULT -1,
    public_key_hash BLOB NOT NULL, public_key BLOB,
    UNIQUE (enrolment_id, class)
  ) STRICT;
  INSERT INTO generation_2 SELECT g.id, g.device_id, e.id, d.state = 'staged', g.class, g.parameter_set,
    g.manifest_hash, g.tau, g.s_max, g.count, g.last_burned, g.public_key_hash, g.public_key
    FROM generation g JOIN device d ON d.id = g.device_id JOIN enrolment e ON e.device_id = g.device_id;
  CREATE TABLE ticket_2 (
    generation_id TEXT NOT NULL REFERENCES generation_2(id) ON DELETE CASCADE,
    idx INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB,
    UNIQUE (generation_id, idx)
  ) STRICT;
  INSERT INTO ticket_2 SELECT generation_id, idx, hash, body FROM ticket;

  -- children first: dropping a table deletes its rows, and a deletion would cascade
  DROP TABLE ticket;
  DROP TABLE generation;
  DROP TABLE enrolment;
  ALTER TABLE enrolment_2 RENAME TO enrolment;
  ALTER TABLE generation_2 RENAME TO generation;
  ALTER TABLE ticket_2 RENAME TO ticket;
  CREATE INDEX enrolment_device ON enrolment(device_id);
  CREATE UNIQUE INDEX generation_in_use ON generation(device_id, class) WHERE staged = 0;
  CREATE INDEX generation_device ON generation(device_id);

  ALTER TABLE device ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE device ADD COLUMN renewed_at INTEGER;
  ALTER TABLE sign_in ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign-in' CHECK (purpose IN ('sign-in', 'renewal'));
  `,
  // The liveness challenge of a ceremony: which one was asked for, and its hash once it was answered.
  `
  ALTER TABLE sign_in ADD COLUMN liveness TEXT NOT NULL DEFAULT 'none';
  ALTER TABLE sign_in ADD COLUMN challenge_hash BLOB;
  ALTER TABLE enrolment ADD COLUMN liveness TEXT NOT NULL DEFAULT 'none';
  ALTER TABLE enrolment ADD COLUMN challenge_begun INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE enrolment ADD COLUMN challenge_hash BLOB;
  `,
  // The second factor: recovery codes, and what a session has shown.
  `
  CREATE TABLE second_factor (
    account_id TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    salt BLOB, made_at INTEGER, failures INTEGER NOT NULL, locked_until INTEGER
  ) STRICT;
  -- those that were not used yet
  CREATE TABLE recovery_code (
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, hash BLOB NOT NULL,
    UNIQUE (account_id, hash)
  ) STRICT;
  ALTER TABLE session ADD COLUMN passkey_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE session ADD COLUMN second_factor_at INTEGER;
  ALTER TABLE session ADD COLUMN face_matched_at INTEGER;
  ALTER TABLE enrolment ADD COLUMN recovery INTEGER NOT NULL DEFAULT 0;
  `,
  // Another device: a purpose more, so the check of the column makes room, and what the two devices say to each other.
  `
  ALTER TABLE sign_in ADD COLUMN purpose_2 TEXT NOT NULL DEFAULT 'sign-in'
    CHECK (purpose_2 IN ('sign-in', 'renewal', 'add-device'));
  UPDATE sign_in SET purpose_2 = purpose;
  ALTER TABLE sign_in DROP COLUMN purpose;
  ALTER TABLE sign_in RENAME COLUMN purpose_2 TO purpose;
  ALTER TABLE enrolment ADD COLUMN purpose_2 TEXT NOT NULL DEFAULT 'enrol'
    CHECK (purpose_2 IN ('enrol', 'renewal', 'add-device'));
  UPDATE enrolment SET purpose_2 = purpose;
  ALTER TABLE enrolment DROP COLUMN purpose;
  ALTER TABLE enrolment RENAME COLUMN purpose_2 TO purpose;

  ALTER TABLE enrolment ADD COLUMN added_by TEXT;
  ALTER TABLE enrolment ADD COLUMN guest_hash TEXT;
  ALTER TABLE enrolment ADD COLUMN guest_key BLOB;
  ALTER TABLE device ADD COLUMN added_by TEXT;
  ALTER TABLE device ADD COLUMN root_since INTEGER;
  CREATE TABLE pairing (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    device_id TEXT NOT NULL, new_device_id TEXT NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('open', 'joined', 'offered', 'confirmed', 'authorised', 'closed')),
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    liveness TEXT NOT NULL, challenge_begun INTEGER NOT NULL DEFAULT 0, challenge_hash BLOB,
    guest TEXT, offer BLOB, confirmation BLOB
  ) STRICT;
  CREATE INDEX pairing_account ON pairing(account_id);
  `,
  // The encrypted-image check: evaluation keys in chunks, the template under them, and the ceremonies.
  `
  CREATE TABLE image_keys (
    device_id TEXT PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,
    hash BLOB NOT NULL, manifest BLOB NOT NULL, chunks INTEGER NOT NULL, touched_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE image_chunk (
    device_id TEXT NOT NULL REFERENCES image_keys(device_id) ON DELETE CASCADE,
    idx INTEGER NOT NULL, body BLOB NOT NULL,
    UNIQUE (device_id, idx)
  ) STRICT;
  CREATE TABLE image_template (
    device_id TEXT PRIMARY KEY REFERENCES image_keys(device_id) ON DELETE CASCADE,
    network TEXT NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE image_check (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('enrol', 'verify')),
    state TEXT NOT NULL CHECK (state IN ('open', 'evaluating', 'masked', 'accepted', 'failed', 'closed')),
    account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    device_id TEXT NOT NULL, client_id TEXT NOT NULL, proof_id TEXT NOT NULL UNIQUE, owner_hash TEXT NOT NULL,
    nonce BLOB NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, origin TEXT NOT NULL,
    parameter_set TEXT NOT NULL, network TEXT NOT NULL, frames INTEGER NOT NULL,
    evaluations INTEGER NOT NULL DEFAULT 0, evaluations_allowed INTEGER NOT NULL,
    interaction_uid TEXT, amr TEXT, auth_time INTEGER, keys_hash BLOB, ended_at INTEGER,
    message_hash BLOB, commitment BLOB, message BLOB, seed BLOB, template BLOB, sum BLOB
  ) STRICT;
  CREATE INDEX image_check_device ON image_check(device_id);
  CREATE TABLE image_frame (
    check_id TEXT NOT NULL REFERENCES image_check(id) ON DELETE CASCADE,
    idx INTEGER NOT NULL, hash BLOB NOT NULL, embedding BLOB, image BLOB,
    UNIQUE (check_id, idx)
  ) STRICT;
  ALTER TABLE sign_in ADD COLUMN image INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE enrolment ADD COLUMN finished_at INTEGER;
  ALTER TABLE erasure_receipt ADD COLUMN images_erased INTEGER NOT NULL DEFAULT 0;
  `,
];

/** @throws {ServerError} `database-corrupt` when a newer release wrote the file. */
export function migrate(db: DatabaseSync): void {
  const { user_version: at } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (at > steps.length)
    throw new ServerError('database-corrupt', { details: { schema: at, known: steps.length } });
  for (const [i, step] of steps.entries()) {
    if (i < at) continue;
    transaction(db, () => {
      db.exec(step);
      db.exec(`PRAGMA user_version = ${i + 1}`);
    });
  }
}
