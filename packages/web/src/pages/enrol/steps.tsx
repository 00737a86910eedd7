/** Where in the enrolment a person is. */
import { format, m } from '../../messages/index.ts';

const order = ['name', 'consent', 'capture', 'seal'] as const;

export function Steps({ at }: { readonly at: (typeof order)[number] }) {
  const here = order.indexOf(at);
  const label = format(m.enrol.stepOf, { step: here + 1, count: order.length, name: m.enrol.steps[at] });
  return (
    <ol class="steps" aria-label={label}>
      {order.map((step, i) => (
        <li
          key={step}
          data-state={i < here ? 'done' : i === here ? 'here' : 'ahead'}
          aria-current={i === here && 'step'}
        >
          {m.enrol.steps[step]}
        </li>
      ))}
    </ol>
  );
}
