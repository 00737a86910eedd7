/**
 * Compiles `assembly/` to the two modules under `generated/`, byte for byte reproducible.
 * Run: npm run generate -w packages/fhe
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The forms of the kernel and what tells them apart for the compiler. */
const forms = {
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
  plain: ['--enable', 'simd'],
} as const;

/** Floating-point expressions are never reassociated or contracted: WebAssembly has no such freedom. */
const common = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert'],
  ...['--uncheckedBehavior', 'always', '-O3', '--converge'],
];

/** Limit on one module. Unit: bytes. */
const largestModule = 80_000;

/** Writes one TypeScript module for each form into `folder`. @returns the size of each module in bytes. */
export async function generate(folder: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  await mkdir(folder, { recursive: true });
  for (const [form, features] of Object.entries(forms)) {
    const wasm = await compile(features);
    if (wasm.length > largestModule) throw new Error(`${form}: ${wasm.length} bytes exceed the limit`);
    await writeFile(join(folder, `${form}.ts`), source(form, wasm));
    sizes[form] = wasm.length;
  }
  return sizes;
}

async function compile(features: readonly string[]): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', root, '--outFile', 'kernel.wasm', ...common, ...features],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') wasm = contents.slice();
      },
    },
  );
  if (error || !wasm) throw new Error(`assemblyscript: ${stderr.toString()}`, { cause: error });
  return wasm;
}

function source(form: string, wasm: Uint8Array): string {
  const digest = createHash('sha256').update(wasm).digest('hex');
  return `/** Generated from assembly/ by \`npm run generate -w packages/fhe\`; do not edit. ${wasm.length} bytes. */
export const ${form} = {
  bytes: ${wasm.length},
  sha256: '${digest}',
  base64:
    '${Buffer.from(wasm).toString('base64')}',
} as const;
`;
}

if (import.meta.main) {
  console.log(await generate(join(root, 'generated')));
}
