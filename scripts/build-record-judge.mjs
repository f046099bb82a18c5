/**
 * Compiles scripts/record-judge/record-judge.ts (AssemblyScript) to WebAssembly, which is
 * committed as text, src/pipeline/decode/record-judge-wasm.ts: nothing is compiled at
 * run time or on installing. Run after a change: node scripts/build-record-judge.mjs
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const source = fileURLToPath(new URL('record-judge/record-judge.ts', import.meta.url));
const target = new URL('../src/pipeline/decode/record-judge-wasm.ts', import.meta.url);

/** The text of the module that holds the compiled code. */
export async function compileRecordJudge() {
  const files = new Map();
  const { error, stderr } = await main(
    [
      source,
      '--outFile',
      'judge.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--initialMemory',
      '4',
    ],
    { writeFile: (name, bytes) => void files.set(name, bytes) },
  );
  if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
  const lines = Buffer.from(files.get('judge.wasm'))
    .toString('base64')
    .match(/.{1,100}/g);
  return [
    '/** Compiled from scripts/record-judge/record-judge.ts by scripts/build-record-judge.mjs. Not edited by hand. */',
    'export const RECORD_JUDGE_WASM =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')};\n`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await compileRecordJudge());
