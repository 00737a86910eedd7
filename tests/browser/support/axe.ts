/** What is wrong with a page for people who see, hear or move differently. */
import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** Rules of WCAG AA that depend on colours alone; naming the category would bring those of AAA as well. */
const colours = ['color-contrast', 'link-in-text-block'];

/** What axe-core finds on the page as it is (in English in both colour schemes), and what does not fit. */
export async function problems(page: Page, name: string): Promise<string[]> {
  await page.evaluate(axe.source);
  await withoutTransitions(page);
  const found = await violations(page, `${name}, light`, {});
  if ((await page.evaluate(() => document.documentElement.lang)) === 'en') {
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await violations(page, `${name}, dark`, { runOnly: colours })));
    await page.emulateMedia({ colorScheme: 'light' });
  }
  const size = page.viewportSize()!;
  for (const [direction, text] of [
    ['ltr', '100%'],
    ['rtl', '100%'],
    ['ltr', '200%'],
  ] as const) {
    await page.setViewportSize({ width: text === '200%' ? 640 : 320, height: 640 });
    const beyond = await page.evaluate(
      ([dir, fontSize]) => {
        const root = document.documentElement;
        const before = root.dir;
        root.dir = dir;
        root.style.fontSize = fontSize;
        const wider = root.scrollWidth - root.clientWidth;
        root.dir = before;
        root.style.fontSize = '';
        return wider;
      },
      [direction, text] as const,
    );
    if (beyond > 0) found.push(`${name}, ${direction} at ${text}: ${beyond} px wider than the screen`);
  }
  await page.setViewportSize(size);
  return found;
}

async function violations(page: Page, where: string, options: RunOptions): Promise<string[]> {
  await painted(page);
  const found = await page.evaluate(async (chosen) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, chosen);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
    );
  }, options);
  return found.map((violation) => `${where}: ${violation}`);
}

/** A colour on its way from one scheme to the other has a contrast of its own, on a busy machine for long enough to be seen. */
async function withoutTransitions(page: Page): Promise<void> {
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync('*, ::before, ::after { transition: none !important; }');
    document.adoptedStyleSheets.push(still);
  });
}

async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}
