/**
 * The face engine: one code for browsers and Node. It is given verified models and a runtime.
 * @module
 */
import type { VerifiedModels } from '../models/verify.ts';
import { cutChip } from './chip.ts';
import { detect } from './detector.ts';
import { type EmbeddingMap, readMap } from './embedding-map.ts';
import { FaceError } from './errors.ts';
import type { FaceEngine } from './face-engine.ts';
import { assertFrame, type RgbaFrame } from './frame.ts';
import { checkGolden } from './golden.ts';
import { findLandmarks, meshPoints } from './landmarks.ts';
import type { Net } from './net.ts';
import { measuresOf, poseOf } from './pose.ts';
import { gateOf, meshBox, qualityOf } from './quality.ts';
import type { FrameReport, Landmarks } from './report.ts';
import { scaleColours } from './warp.ts';

/** Makes a network from the bytes of a model. Rejects when the runtime refuses them. */
export type LoadNet = (bytes: Uint8Array<ArrayBuffer>, spec: Net['spec']) => Promise<Net>;

/** Least confidence of the mesh network that it looks at a face. */
const meshConfidence = 0.5;

/**
 * Loads the three networks and checks each against its golden vectors before any frame is looked at.
 * @throws {FaceError} `model-load`, `golden-mismatch`, `manifest-malformed`
 */
export async function createEngine(models: VerifiedModels, load: LoadNet): Promise<FaceEngine> {
  const { manifest } = models;
  const open = async (role: 'detector' | 'landmarks' | 'embedder'): Promise<Net> => {
    const net = await load(models.files.get(role)!, manifest[role]).catch((cause: unknown) => {
      throw new FaceError('model-load', { cause, details: { role } });
    });
    await checkGolden(role, net);
    return net;
  };
  // One after the other: the runtime has one thread, and a refused model should stop the rest.
  const nets = {
    detector: await open('detector'),
    landmarks: await open('landmarks'),
    embedder: await open('embedder'),
  };
  return new OnnxFaceEngine(models.manifestHash, nets, readMap(manifest.embedding, models.files.get('map')));
}

class OnnxFaceEngine implements FaceEngine {
  readonly manifestHash: string;
  readonly #nets: Readonly<Record<'detector' | 'landmarks' | 'embedder', Net>>;
  readonly #map: EmbeddingMap;
  /** Input planes, one buffer per network; calls are queued, so no two use it at once. */
  readonly #scratch: Readonly<Record<'detector' | 'landmarks' | 'embedder', Float32Array>>;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    manifestHash: string,
    nets: Readonly<Record<'detector' | 'landmarks' | 'embedder', Net>>,
    map: EmbeddingMap,
  ) {
    this.manifestHash = manifestHash;
    this.#nets = nets;
    this.#map = map;
    const planes = ({ spec: { size } }: Net) => new Float32Array(3 * size * size);
    this.#scratch = {
      detector: planes(nets.detector),
      landmarks: planes(nets.landmarks),
      embedder: planes(nets.embedder),
    };
  }

  get dimensions(): number {
    return this.#map.dimensions;
  }

  analyze(frame: RgbaFrame): Promise<FrameReport> {
    return this.#inTurn(async () => {
      assertFrame(frame);
      const found = await this.#confirmedFaces(frame);
      const first = found[0];
      if (!first) return { faces: 0, gate: 'no-face' };
      const { landmarks, score } = first;

      const box = meshBox(landmarks);
      const face = {
        box,
        score,
        landmarks,
        pose: poseOf(landmarks.mesh),
        quality: qualityOf(frame, box, landmarks.five),
        measures: measuresOf(frame, landmarks.mesh, landmarks.five),
      };
      return { faces: found.length, face, gate: gateOf(frame, found.length, face) };
    });
  }

  embed(frame: RgbaFrame, landmarks: Landmarks): Promise<Float32Array> {
    return this.#inTurn(async () => {
      assertFrame(frame);
      if (landmarks.mesh.length !== 3 * meshPoints) throw new FaceError('bad-landmarks');
      const net = this.#nets.embedder;
      const { size, mean, scale, crop } = net.spec;
      const chip = cutChip(frame, landmarks.five, size, this.#scratch.embedder, crop);
      const [output] = await net.run(scaleColours(chip, mean, scale));
      chip.fill(0);
      const embedding = this.#map.apply(output!);
      output!.fill(0);
      return embedding;
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      for (const net of Object.values(this.#nets)) await net.close();
    });
  }

  /** Detections in which the mesh network sees a face too: the detector alone takes an elbow for one at times. */
  async #confirmedFaces(frame: RgbaFrame): Promise<{ score: number; landmarks: Landmarks }[]> {
    const faces: { score: number; landmarks: Landmarks }[] = [];
    for (const found of await detect(this.#nets.detector, frame, this.#scratch.detector)) {
      const { landmarks, confidence } = await findLandmarks(
        this.#nets.landmarks,
        frame,
        found,
        this.#scratch.landmarks,
      );
      if (confidence >= meshConfidence) faces.push({ score: found.score, landmarks });
    }
    return faces;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
