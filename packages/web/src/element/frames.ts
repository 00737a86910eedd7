/**
 * Takes frames off a playing video and hands them on, one at a time: a new frame is grabbed only when the last
 * one has been looked at, so a slow device sees fewer frames and not older ones.
 * @module
 */

export interface FramePump {
  stop(): void;
}

export interface PumpOptions {
  /** Gets the frame and owns it: must close or transfer it. `at`: when it was captured, as `performance.now()`. */
  readonly look: (picture: ImageBitmap, at: number) => Promise<void>;
  /** Called once with what went wrong. */
  readonly failed: (error: unknown) => void;
}

export function pumpFrames(video: HTMLVideoElement, { look, failed }: PumpOptions): FramePump {
  let running = true;
  let handle = 0;

  const next = () => {
    if (running) handle = video.requestVideoFrameCallback(grab);
  };
  const grab = async (now: number, { captureTime }: VideoFrameCallbackMetadata) => {
    if (!running) return;
    try {
      const picture = await createImageBitmap(video);
      // Stopped while the bitmap was made: nobody will look at it.
      if (!running) return picture.close();
      await look(picture, captureTime ?? now);
      next();
    } catch (error) {
      if (!running) return;
      running = false;
      failed(error);
    }
  };

  next();
  return {
    stop() {
      running = false;
      video.cancelVideoFrameCallback(handle);
    },
  };
}
