/** What a person does on the pages, in the words of the tests. */
import type { Locator, Page } from 'playwright-core';

/** How long a person would wait for the camera and the match on a slow machine, in ms. */
const patience = 60_000;

export const by = (page: Page, id: string): Locator => page.getByTestId(id);

/** From the relying party's home page to the provider's sign-in page. */
export async function startSignIn(page: Page, demo: string, face: 'any' | 'required' = 'any'): Promise<void> {
  await page.goto(demo);
  await page.locator(`a[href="/sign-in${face === 'required' ? '?face=required' : ''}"]`).click();
  await page.waitForURL(/\/sign-in\//, { timeout: patience });
}

/** On the sign-in page of a device nobody has used: account, passkey, consent, face. @returns the recovery codes */
export async function createAccountAndEnrol(
  page: Page,
  name: string,
  options: { verified?: boolean } = {},
): Promise<string[]> {
  await createAccount(page, name);
  if (options.verified) await by(page, 'profile-verified').check();
  await by(page, 'consent-accept').click();
  await by(page, 'begin').click();
  const codes = await keepCodes(page);
  await expectOutcome(page, 'enrolled');
  return codes;
}

/** On the screen that shows them, once. @throws what the page says instead, with its code */
export async function keepCodes(page: Page): Promise<string[]> {
  const shown = by(page, 'recovery-codes');
  await shown.or(by(page, 'outcome')).first().waitFor({ timeout: patience });
  if (!(await shown.isVisible())) await expectOutcome(page, 'recovery-codes');
  const codes = await by(page, 'recovery-codes').locator('code').allInnerTexts();
  await by(page, 'codes-kept').click();
  return codes;
}

/** Where a passkey alone is not enough. */
export async function showCode(page: Page, code: string): Promise<void> {
  await by(page, 'recovery-code').fill(code);
  await by(page, 'second-factor-continue').click();
}

export async function createAccount(page: Page, name: string): Promise<void> {
  await by(page, 'create-account').click();
  await by(page, 'display-name').fill(name);
  await by(page, 'passkey-continue').click();
  await by(page, 'consent-accept').waitFor({ timeout: patience });
}

/** One tap on the known account; what happens next depends on who is in front of the camera. */
export async function continueAs(page: Page): Promise<void> {
  await by(page, 'continue-as').first().click();
}

/** The first time that light is to be used in a browser, a person is asked. Waits for the question or for the camera. */
export async function agreeToLight(page: Page): Promise<void> {
  const asked = by(page, 'light-on');
  await asked
    .or(by(page, 'hint').or(by(page, 'outcome')))
    .first()
    .waitFor({ timeout: patience });
  if (await asked.isVisible()) await asked.click();
}

/** Waits until the page names its outcome and returns the code. */
export async function outcome(page: Page): Promise<string> {
  const element = by(page, 'outcome');
  await element.waitFor({ timeout: patience });
  return (await element.getAttribute('data-code')) ?? '';
}

/** Waits until the capture screen shows a hint. */
export async function hinted(page: Page, code: string): Promise<void> {
  await page.locator(`[data-testid="hint"][data-code="${code}"]`).waitFor({ timeout: patience });
}

export async function expectOutcome(page: Page, code: string): Promise<void> {
  const seen = await outcome(page);
  if (seen !== code)
    throw new Error(
      `expected the outcome "${code}", the page says "${seen}": ${await by(page, 'outcome').innerText()}`,
    );
}

/** Waits until a sign-in is over. @returns the code of the refusal; undefined when the application has its token */
export async function refusal(page: Page): Promise<string | undefined> {
  const refused = page.locator('[data-testid="outcome"][data-good="false"]');
  const token = page.locator('details pre').nth(1);
  await token.or(refused).first().waitFor({ state: 'attached', timeout: patience });
  if ((await token.count()) > 0) return undefined;
  return (await refused.getAttribute('data-code')) ?? '';
}

/** The claims of the ID token as the relying party shows them. */
export async function signedInClaims(page: Page): Promise<Record<string, unknown>> {
  const payload = page.locator('details pre').nth(1);
  await payload.waitFor({ state: 'attached', timeout: patience });
  return JSON.parse((await payload.textContent()) ?? '') as Record<string, unknown>;
}

/** Ends the session at the relying party and, on the provider's page that asks, there too. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/oidc\//, { timeout: patience });
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.locator('a[href="/sign-in"]').waitFor({ timeout: patience });
}
