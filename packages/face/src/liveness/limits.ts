/**
 * Every threshold of a liveness session, with where it comes from. "Measured": on rendered people and, where said,
 * on NUAA live frames and LFW; see the README, "Liveness". They were fixed before the people of the benchmark's
 * `bpcer` cases were drawn.
 * @module
 */
export const livenessLimits = {
  /** Good frames in a row from which the person's own neutral face is taken. Enough for a median. */
  neutralFrames: 5,
  /** Embeddings before the first step. */
  calmEmbeddings: 2,
  /** Least time between two embeddings of one step's beginning and the next. Unit: ms. */
  embedSpacingMs: 600,
  /** As in `defaultCapture`: so many frames without any difference are not a camera's. */
  stillFrames: 10,
  /** No face, or more than one, for longer than this ends the session. Unit: ms. */
  faceLostMs: 1000,
  severalFacesMs: 500,
  /** A movement must be seen in so many reports: one alone may be a slip of the landmarks. */
  seenFrames: 2,

  turn: {
    /** Beyond the neutral yaw. Unit: degrees. Design page; the wrong way by as much is a refusal. */
    least: 15,
    /** Beyond this the mesh is unreliable: "turn less". Silent-Face's authors stop at 30, the reference at 35. */
    most: 35,
  },
  closer: {
    /** Face height over the neutral one. Design page. */
    least: 1.25,
  },
  smile: {
    /** Mouth width over inter-eye distance, over the neutral one. Design page; LFW smiles: 1.3 to 1.6. */
    least: 1.15,
    /** A turned head brings the eyes nearer to each other and fakes a smile. Unit: degrees. */
    yaw: 12,
  },
  blink: {
    /** Eye opening (EAR times eye edges) over the open value. Reference 3.7; rendered closed eyes: 0.07 to 0.36. */
    closed: 0.6,
    /** Seen open again. */
    open: 0.8,
    /** From the last open frame to the next. Reference 3.7 says 80 to 400 for the lid; frames are up to 125 apart. */
    leastMs: 80,
    mostMs: 700,
    /** A nod, or a tilted photograph, flattens the eye too. Change of pitch, degrees, and of the face's proportion. */
    pitch: 12,
    proportion: 0.1,
  },
  flat: {
    /** Movement of the landmarks that no similarity explains, in inter-eye distances, from which one can tell. */
    least: 0.06,
    /**
     * Share of it that no homography explains either. Measured over turns of 15 to 35 degrees: heads 0.62 to 0.77
     * (nods 0.79 to 0.94); a flat photograph turned about its upright axis 0.25 to 0.6, tilted 0.14 to 0.38.
     */
    photograph: 0.5,
    /** What an accepted turn must have. */
    head: 0.58,
  },
  light: {
    /** Dropped from the start of a slot: the screen changes, the camera exposes. Unit: ms. */
    settleMs: 120,
    /** Reference 3.3. Unit: ms. */
    mostLagMs: 300,
    /** How far later answers are looked for, to tell `light-late` from `light-mismatch`. */
    searchMs: 1500,
    /** Least mean correlation over the channels. */
    correlation: 0.8,
    /** Fewest slots of which anything is said. */
    leastSlots: 4,
  },
} as const;
