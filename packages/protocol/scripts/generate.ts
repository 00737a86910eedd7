/**
 * Compiles `assembly/` to `generated/frame.ts`, byte for byte reproducible.
 * Run: npm run generate -w packages/protocol
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Floating-point expressions are never reassociated: WebAssembly has no such freedom. */
const options = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert'],
  ...['--uncheckedBehavior', 'always', '-O3', '--converge', '--enable', 'simd'],
];

/** Both modules as a TypeScript source text. */
export async function generate(): Promise<string> {
  const [plain, fused] = [await compile(), await compile('--enable', 'relaxed-simd')];
  return `/** Generated from assembly/ by \`npm run generate -w packages/protocol\`; do not edit. ${plain.length} and ${fused.length} bytes. */
export const frameModule =
  '${plain.toString('base64')}';
/** With fused multiply-add, where the engine has it (WebAssembly relaxed SIMD). */
export const fusedFrameModule =
  '${fused.toString('base64')}';
`;
}

async function compile(...more: readonly string[]): Promise<Buffer> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', root, '--outFile', 'frame.wasm', ...options, ...more],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') wasm = contents.slice();
      },
    },
  );
  if (error || !wasm) throw new Error(`assemblyscript: ${stderr.toString()}`, { cause: error });
  return Buffer.from(wasm);
}

if (import.meta.main) {
  await writeFile(new URL('../generated/frame.ts', import.meta.url), await generate());
}
