/** Public and read-only: the operating point of the models in use, and what is unmeasured about it. */
import { useEffect, useState } from 'preact/hooks';
import { m } from '../../messages/index.ts';
import { WebError } from '../../sdk/errors.ts';
import type { Sdk } from '../../sdk/index.ts';
import { Button } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { ErrorOutcome } from '../../ui/outcome.tsx';
import { Shell } from '../../ui/shell.tsx';
import type { Fact } from './operating-point.ts';

interface Known {
  readonly facts: readonly Fact[];
  readonly researchOnly: boolean;
}

/** The parser of manifests comes with this page only. */
async function readKnown(sdk: Sdk): Promise<Known> {
  const { maxManifestBytes, parseManifest } = await import('@blindsight/face/models');
  const { operatingFacts } = await import('./operating-point.ts');
  const bytes = await sdk.api.modelManifest(maxManifestBytes);
  try {
    const manifest = parseManifest(bytes);
    return { facts: operatingFacts(manifest), researchOnly: manifest.researchOnly };
  } catch (cause) {
    throw new WebError('models-altered', { cause });
  }
}

export function AboutPage({ sdk }: { readonly sdk: Sdk }) {
  const [known, setKnown] = useState<Known>();
  const [error, setError] = useState<WebError>();
  const load = () => {
    setError(undefined);
    readKnown(sdk).then(setKnown, (cause: unknown) =>
      setError(cause instanceof WebError ? cause : new WebError('internal', { cause })),
    );
  };
  useEffect(load, [sdk]);
  const t = m.about;
  return (
    <Shell counter={sdk.counter} title={t.title}>
      <Heading>{t.title}</Heading>
      <p>{t.intro}</p>
      {error && (
        <ErrorOutcome error={error}>
          <Button onClick={load}>{t.retry}</Button>
        </ErrorOutcome>
      )}
      {known && (
        <section>
          <h2>{t.rates}</h2>
          <dl class="facts" data-testid="operating-point">
            {known.facts.map(({ name, label, value }) => (
              <div key={name} data-testid={`fact-${name}`}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {known.researchOnly && <p data-testid="research-only">{t.research}</p>}
        </section>
      )}
      <section>
        <h2>{t.unmeasuredTitle}</h2>
        <ul data-testid="unmeasured">
          {Object.entries(t.unmeasured).map(([name, text]) => (
            <li key={name}>{text}</li>
          ))}
        </ul>
      </section>
    </Shell>
  );
}
