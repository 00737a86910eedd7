/** What makes good frames, and the button that starts the camera. */
import { m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';

const tips = ['light', 'bare', 'steady', 'stays'] as const;

export interface TipsStepProps {
  /** Encrypted pictures are sent afterwards. */
  readonly encrypted?: boolean;
  readonly onBegin: () => void;
  readonly onCancel: () => void;
}

export function TipsStep({ encrypted = false, onBegin, onCancel }: TipsStepProps) {
  return (
    <>
      <div class="title">
        <Heading>{m.enrol.tipsTitle}</Heading>
        <p class="lead">{m.enrol.tipsBody}</p>
      </div>
      <ul class="tips">
        {tips.map((tip) => (
          <li key={tip}>
            <Icon name={tip} />
            <span>{encrypted && tip === 'stays' ? m.image.stays : m.enrol.tips[tip]}</span>
          </li>
        ))}
      </ul>
      <div class="actions">
        <Button testId="begin" onClick={onBegin}>
          {m.enrol.begin}
        </Button>
        <Button kind="quiet" testId="cancel" onClick={onCancel}>
          {m.common.cancel}
        </Button>
      </div>
    </>
  );
}
