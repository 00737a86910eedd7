/** An image check under way: which stages it has, which one is on, and how far that is. */
import type { ImageCheckKind } from '@blindsight/protocol/wire';
import { format, formatBytes, m, plural } from '../../messages/index.ts';
import type { ImageProgress, ImageRun } from '../../sdk/image-check.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Bar } from '../../ui/progress.tsx';

export interface ProgressScreenProps extends ImageRun {
  readonly onCancel: () => void;
}

const stages = {
  enrol: ['keys', 'send', 'network', 'answer'],
  verify: ['network', 'answer'],
} as const satisfies Record<ImageCheckKind, readonly (keyof typeof m.image.stages)[]>;

const stageOf = {
  making: 'keys',
  sending: 'send',
  picture: 'network',
  queued: 'network',
  network: 'network',
  opening: 'answer',
} as const satisfies Record<ImageProgress['stage'], keyof typeof m.image.stages>;

export function ProgressScreen({ kind, progress, onCancel }: ProgressScreenProps) {
  const order: readonly string[] = stages[kind];
  const at = stageOf[progress.stage];
  const here = order.indexOf(at);
  const { done, total } = shareOf(progress);
  return (
    <>
      <div class="title">
        <Heading>{kind === 'enrol' ? m.image.enrolTitle : m.image.verifyTitle}</Heading>
        <p class="lead">{kind === 'enrol' ? m.image.enrolBody : m.image.verifyBody}</p>
      </div>
      <ol class="stages" data-testid="image-check" data-kind={kind} data-stage={progress.stage}>
        {stages[kind].map((stage, i) => (
          <li
            key={stage}
            data-state={i < here ? 'done' : i === here ? 'here' : 'ahead'}
            aria-current={i === here && 'step'}
          >
            {m.image.stages[stage]}
            {i === here && total > 0 && (
              <Bar label={textOf(progress)} done={done} total={total} testId="image-progress" />
            )}
          </li>
        ))}
      </ol>
      {/* One sentence for each stage; the numbers are in the bar for those who ask. */}
      <p class="sr-only" aria-live="polite">
        {m.image.stages[at]}
      </p>
      <p class="fine">
        {m.image.deleted} {at === 'send' && m.image.resumes}
      </p>
      <div class="actions">
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
    </>
  );
}

/** `total` is 0 where nobody knows how far it is. */
function shareOf(progress: ImageProgress): { done: number; total: number } {
  switch (progress.stage) {
    case 'making':
    case 'sending':
      return progress;
    case 'picture':
      return { done: progress.frame - 1, total: progress.frames };
    case 'network':
      return { done: progress.frame - 1 + progress.done / progress.of, total: progress.frames };
    case 'queued':
      return { done: 0, total: 1 };
    case 'opening':
      return { done: 0, total: 0 };
  }
}

function textOf(progress: ImageProgress): string {
  switch (progress.stage) {
    case 'making':
      return format(m.image.made, progress);
    case 'sending': {
      if (progress.waiting) return m.image.waiting;
      const { done, total } = progress;
      return format(m.image.sent, { done: formatBytes(done), total: formatBytes(total) });
    }
    case 'picture':
      return format(m.image.picture, progress);
    case 'queued':
      return plural(m.image.queued, progress.ahead);
    case 'network':
      return format(m.image.layer, progress);
    case 'opening':
      return '';
  }
}
