/** What a page sent, where to, and whether it broke its content policy. */
import type { Page } from 'playwright-core';

export interface Traffic {
  /** Every origin a request went to. */
  readonly origins: Set<string>;
  /** Bodies of all requests that had one. */
  readonly bodies: Buffer[];
  /** Violated directives of the content security policy, Trusted Types included. */
  readonly violations: string[];
}

/** Watches from now on; workers' requests are the page's own. */
export async function watchTraffic(page: Page): Promise<Traffic> {
  const traffic: Traffic = { origins: new Set(), bodies: [], violations: [] };
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http')) traffic.origins.add(origin);
    const body = request.postDataBuffer();
    if (body) traffic.bodies.push(body);
  });
  await page.exposeFunction('blindsightTestViolation', (directive: string) =>
    traffic.violations.push(directive),
  );
  await page.addInitScript(() => {
    const report = (window as unknown as Record<string, (directive: string) => void>)[
      'blindsightTestViolation'
    ];
    addEventListener('securitypolicyviolation', (event) =>
      report?.((event as SecurityPolicyViolationEvent).effectiveDirective),
    );
  });
  return traffic;
}
