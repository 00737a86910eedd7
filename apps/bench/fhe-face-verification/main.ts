/** `node main.ts STAGE [SIZE]`, in the harness's folder: what the launchers call. */
import { stages } from './stages.ts';

const [name = '', size] = process.argv.slice(2);
const stage = stages[name];
if (!stage) {
  console.error(`usage: node main.ts STAGE [SIZE]\nSTAGE is one of: ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}
await stage(process.cwd(), size);
