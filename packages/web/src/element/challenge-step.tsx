/** The step of a challenge on the screen: a colour over everything, or a direction and the time that is left. */
import { useEffect, useState } from 'preact/hooks';
import { format, m, plural } from '../messages/index.ts';
import { type LightColour, lightOf } from '../sdk/liveness.ts';
import { Icon } from '../ui/icon.tsx';
import type { ShownStep } from '../worker/contract.ts';

export function ChallengeStep({ shown }: { readonly shown: ShownStep }) {
  const { k, n, step } = shown;
  const direction = step.kind === 'turn' ? step.direction : undefined;
  return (
    <>
      {step.kind === 'light' && (
        <div
          class="light-field"
          data-testid="light"
          data-colour={step.colour}
          style={{ backgroundColor: cssColour(step.colour) }}
        />
      )}
      <div class="challenge-line" data-testid="step" data-kind={step.kind} data-direction={direction}>
        {direction && (
          <span class="challenge-arrow" data-direction={direction}>
            <Icon name="arrow" />
          </span>
        )}
        <p class="fine">
          {format(m.capture.step, { step: k, count: n })}
          {step.kind !== 'light' && <TimeLeft key={k} ms={shown.allowed} />}
        </p>
      </div>
    </>
  );
}

/** Linear light, as the measures of the face take it. */
const cssColour = (colour: LightColour): string => `color(srgb-linear ${lightOf(colour).join(' ')})`;

/** Whole seconds; not spoken, the hint is. */
function TimeLeft({ ms }: { readonly ms: number }) {
  const [until] = useState(() => performance.now() + ms);
  const [left, setLeft] = useState(ms);
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.max(0, until - performance.now())), 250);
    return () => clearInterval(timer);
  }, [until]);
  return <span data-testid="time-left"> · {plural(m.common.seconds, Math.ceil(left / 1000))}</span>;
}

/** Resolves when what was rendered before this call is on the screen, with the time. */
export function painted(): Promise<number> {
  // the first frame is painted after its callbacks, so the second one knows it was
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}
