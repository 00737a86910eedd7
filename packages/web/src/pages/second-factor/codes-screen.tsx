/** The recovery codes, the one time they are shown: to copy, to download, to print. */
import { useState } from 'preact/hooks';
import { m } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';

export interface CodesScreenProps {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

export function CodesScreen({ codes, onKept }: CodesScreenProps) {
  const [copied, setCopied] = useState(false);
  const text = codes.join('\n');
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <>
      <div class="title">
        <Heading>{m.secondFactor.codesTitle}</Heading>
        <p class="lead">{m.secondFactor.codesBody}</p>
      </div>
      <ol class="codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div class="row-actions">
        <Button kind="secondary" testId="codes-copy" onClick={() => void copy().catch(() => {})}>
          {copied ? m.secondFactor.copied : m.secondFactor.copy}
        </Button>
        <Button kind="secondary" testId="codes-download" onClick={() => download(text)}>
          {m.secondFactor.download}
        </Button>
        <Button kind="secondary" testId="codes-print" onClick={() => print()}>
          {m.secondFactor.print}
        </Button>
      </div>
      <div class="actions">
        <Button testId="codes-kept" onClick={onKept}>
          {m.secondFactor.kept}
        </Button>
      </div>
    </>
  );
}

/** A file made here; nothing is sent. */
function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: m.secondFactor.fileName });
  link.click();
  URL.revokeObjectURL(url);
}
