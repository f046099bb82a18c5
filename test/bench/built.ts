/** The code as it is shipped: what runs TypeScript directly changes functions, and so their cost. */
const folder = new URL('../../dist/', import.meta.url);

export function builtFile(path: string): URL {
  return new URL(path, process.env['TRAILHIVE_BENCH_BUILD'] ?? folder);
}

export async function built<Module>(path: string): Promise<Module> {
  return (await import(builtFile(path).href)) as Module;
}
