/** What the application will receive, in words. */
import { format, m } from '../../messages/index.ts';

export function Claims({
  application,
  claims,
}: {
  readonly application: string;
  readonly claims: readonly string[];
}) {
  if (claims.length === 0) return <p class="fine">{format(m.signIn.receivesNothing, { application })}</p>;
  const words = m.claims as Readonly<Record<string, string>>;
  return (
    <section class="claims">
      <h2>{format(m.signIn.receives, { application })}</h2>
      <ul>
        {claims.map((claim) => (
          <li key={claim} data-claim={claim}>
            {words[claim] ?? format(m.claims.other, { claim })}
          </li>
        ))}
      </ul>
    </section>
  );
}
