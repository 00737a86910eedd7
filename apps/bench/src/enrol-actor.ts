/**
 * An installation in which a rendered person has enrolled who is played by a script in the page, and budgets that a
 * benchmark does not exhaust.
 * @module
 */
import { installActorCamera, playActor } from '../../../tests/browser/support/actor-camera.ts';
import { type Enrolled, enrolAda } from '../../../tests/browser/support/enrolled.ts';
import { ada } from '../../../tests/support/actor-frames.ts';

export async function enrolActor(environment: Record<string, string>): Promise<Enrolled> {
  const enrolled = await enrolAda({
    environment: {
      BLINDSIGHT_FAILURES_TO_LOCK: '90',
      BLINDSIGHT_SIGN_INS_PER_DAY: '90',
      BLINDSIGHT_SIGN_INS_PER_DAY_AND_CLIENT: '90',
      ...environment,
    },
    async prepare({ page, context }) {
      await installActorCamera(context);
      await playActor(context, ada());
      // An enrolment without light works on a busy machine as well.
      await page.emulateMedia({ reducedMotion: 'reduce' });
    },
  });
  await enrolled.device.page.emulateMedia({ reducedMotion: 'no-preference' });
  return enrolled;
}
