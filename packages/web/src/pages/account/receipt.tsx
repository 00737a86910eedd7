/** The proof of an erasure: what was removed and what a fresh look at the store found afterwards. */
import type { ErasureReceipt } from '@blindsight/protocol/wire';
import { format, formatDateTime, m } from '../../messages/index.ts';
import { Icon } from '../../ui/icon.tsx';

export function Receipt({ receipt }: { readonly receipt: ErasureReceipt }) {
  const { receiptId, erasedAt, ticketsErased, verified } = receipt;
  return (
    <section class="receipt" data-testid="receipt" data-receipt-id={receiptId} role="status">
      <Icon name="check" />
      <div>
        <h2>{m.account.receiptTitle}</h2>
        <p>{format(m.account.receiptBody, { date: formatDateTime(erasedAt), tickets: ticketsErased })}</p>
        <p class="fine">{format(m.account.receiptLeft, verified)}</p>
        <p class="fine">{format(m.account.receiptNumber, { id: receiptId })}</p>
      </div>
    </section>
  );
}
