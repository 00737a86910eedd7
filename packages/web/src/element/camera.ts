/**
 * Opens and closes the camera and says, as one stable code, why it does not open.
 * @module
 */
import { type ErrorCode, WebError } from '../sdk/errors.ts';

export interface Camera {
  readonly stream: MediaStream;
  readonly deviceId: string;
  /** Calls back once when the camera ends by itself (unplugged, taken by another program, permission withdrawn). */
  onLost(listener: () => void): void;
  /** Stops all tracks: the recording light goes off. */
  close(): void;
}

/** Enough pixels for eyes 60 px apart at arm's length; more would only be scaled down again. */
const wanted: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30 },
  facingMode: 'user',
};

/** @throws {WebError} one of the camera codes or `insecure-context`. */
export async function openCamera(deviceId?: string): Promise<Camera> {
  if (!globalThis.isSecureContext) throw new WebError('insecure-context');
  // Hardened browsers remove the interface altogether.
  if (!navigator.mediaDevices?.getUserMedia) throw new WebError('camera-blocked');
  let stream: MediaStream;
  try {
    const video = deviceId ? { ...wanted, facingMode: undefined, deviceId: { exact: deviceId } } : wanted;
    stream = await navigator.mediaDevices.getUserMedia({
      video: video as MediaTrackConstraints,
      audio: false,
    });
  } catch (cause) {
    throw new WebError(cameraCode((cause as { name?: string }).name), { cause });
  }
  return toCamera(stream);
}

/** From the name of the DOMException (Media Capture and Streams, section 10.2). */
export function cameraCode(name: string | undefined): ErrorCode {
  switch (name) {
    case 'NotAllowedError':
      return 'camera-denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'camera-missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'camera-busy';
    default:
      return 'camera-blocked';
  }
}

/** Cameras to choose from; labels are empty until the camera was allowed once. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices.filter((device) => device.kind === 'videoinput');
}

function toCamera(stream: MediaStream): Camera {
  const track = stream.getVideoTracks()[0];
  if (!track) throw new WebError('camera-missing');
  let open = true;
  // From the first moment on: the models may still be loading when the camera goes.
  const lost = new Promise<void>((resolve) => {
    track.addEventListener('ended', () => resolve(), { once: true });
  });
  return {
    stream,
    deviceId: track.getSettings().deviceId ?? '',
    onLost(listener) {
      void lost.then(() => open && listener());
    },
    close() {
      open = false;
      for (const each of stream.getTracks()) each.stop();
    },
  };
}
