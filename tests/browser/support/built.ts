/** Before all browser tests: models and pages are up to date, so that no two installations build them at once. */
import { build } from '../../../scripts/build.ts';

export default (): Promise<void> => build((line) => console.log(line));
