import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** Packages that a module loads at once, with all that it imports. */
const packagesOf = async (entry: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    entryPoints: [path.join(root, entry)],
    ...{ absWorkingDir: root, bundle: true, write: false, metafile: true, packages: 'external' },
    ...{ format: 'esm', outdir: 'dist', platform: 'node', logLevel: 'error' },
  });
  const packages = new Set<string>();
  const seen = new Set([entry]);
  for (const file of seen) {
    for (const { path: imported, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement' || imported.startsWith('node:')) continue;
      if (external === true) packages.add(imported);
      else seen.add(imported);
    }
  }
  return [...packages].toSorted();
};

/** What is loaded at each start is waited for; a database, a client of Temporal or a parser costs a tenth of a second and more. */
describe('tsa check loads what one file needs', () => {
  it.each([
    ['src/cli/main.ts', ['commander', 'ipaddr.js', 'zod']],
    ['src/cli/check/run-check.ts', ['p-limit', 'piscina']],
  ])('%s', async (entry, packages) => {
    expect(await packagesOf(entry)).toEqual(packages);
  });

  it('and its thread the parsers, and no more', async () => {
    expect(await packagesOf('src/mail/mime/mime-worker.ts')).toEqual([
      ...['@zone-eu/mailsplit', 'asn1js', 'colord', 'colord/plugins/names', 'iconv-lite', 'libmime', 'mailparser'],
      ...['parse5', 'piscina', 'postcss'],
    ]);
  });
});
