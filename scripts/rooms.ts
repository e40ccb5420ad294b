/**
 * usage: node scripts/rooms.ts --check | --write
 *
 * Holds the floor plan of src against rooms.json: at most 20 files side by side, no cycle of folders; and the tables of ARCHITECTURE.md
 * and the graph of docs/dependencies.md against the imports that there are. What imports what is held by dependency-cruiser.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';

const mostFilesInAFolder = 20;

const plan = z
  .object({
    layers: z.record(
      z.string(),
      z.strictObject({ imports: z.array(z.string()).nullable(), rooms: z.array(z.string()), holds: z.string() }),
    ),
  })
  .parse(JSON.parse(await readFile('rooms.json', 'utf8')));

const crowdedFolders = async (): Promise<string[]> => {
  const entries = await readdir('src', { recursive: true, withFileTypes: true });
  const files = Map.groupBy(
    entries.filter((entry) => entry.isFile()),
    (entry) => entry.parentPath,
  );
  return [...files]
    .filter(([, found]) => found.length > mostFilesInAFolder)
    .map(([folder, found]) => `${folder} has ${String(found.length)} files: ${String(mostFilesInAFolder)} at most.`);
};

/** Folders of src, each with the folders that its files import. */
const folderImports = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const { output } = await cruise(['src'], {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    includeOnly: '^src/',
  });
  const imports = new Map<string, Set<string>>();
  for (const { source, dependencies } of (output as ICruiseResult).modules) {
    const from = path.posix.dirname(source);
    const seen = imports.get(from) ?? new Set();
    imports.set(from, seen);
    for (const { resolved } of dependencies)
      if (path.posix.dirname(resolved) !== from) seen.add(path.posix.dirname(resolved));
  }
  return imports;
};

/** One way round, folder by folder, if there is any. */
const cycleOf = (imports: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined => {
  const done = new Set<string>();
  const visit = (folder: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder];
    if (done.has(folder)) return undefined;
    for (const next of imports.get(folder) ?? []) {
      const cycle = visit(next, [...way, folder]);
      if (cycle !== undefined) return cycle;
    }
    done.add(folder);
    return undefined;
  };
  for (const folder of imports.keys()) {
    const cycle = visit(folder, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
};

const words = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));

const layerTable = (): string =>
  [
    '| layer | what lives there | may import |',
    '| --- | --- | --- |',
    ...Object.entries(plan.layers).map(
      ([name, { imports, holds }]) =>
        `| \`src/${name}\` | ${holds} | ${imports === null ? 'what it wires' : words(imports.map((one) => one.replaceAll('|', '\\|')))} |`,
    ),
  ].join('\n');

const roomTable = (): string =>
  [
    '| layer | rooms, from the top down |',
    '| --- | --- |',
    ...Object.entries(plan.layers)
      .filter(([, { rooms }]) => rooms.length > 0)
      .map(([name, { rooms }]) => `| \`src/${name}\` | ${rooms.join(' → ')} |`),
  ].join('\n');

const mermaid = (edges: ReadonlySet<string>): string =>
  ['```mermaid', 'flowchart TD', ...[...edges].sort().map((edge) => `  ${edge}`), '```'].join('\n');

/** The graph of layers, and one of the rooms within each layer. */
const graphs = (imports: ReadonlyMap<string, ReadonlySet<string>>): string => {
  const pairs = [...imports].flatMap(([from, targets]) =>
    [...targets].map((to) => [from.split('/'), to.split('/')] as const),
  );
  const between = new Set(
    pairs.flatMap(([[, from = ''], [, to = '']]) =>
      from === to || from === '' || to === '' ? [] : [`${from} --> ${to}`],
    ),
  );
  const within = (layer: string): ReadonlySet<string> =>
    new Set(
      pairs.flatMap(([[, from, room = 'root'], [, to, other = 'root']]) =>
        from === layer && to === layer && room !== other ? [`${room} --> ${other}`] : [],
      ),
    );
  const rooms = Object.keys(plan.layers)
    .filter((layer) => within(layer).size > 0)
    .map((layer) => `## src/${layer}\n\n${mermaid(within(layer))}`);
  return [
    '# Who imports whom',
    'Drawn by `npm run rooms:write` from the imports that there are.',
    '## src',
    mermaid(between),
    ...rooms,
  ].join('\n\n');
};

/** `text` with what stands between the markers of `name` replaced. */
const fill = (text: string, name: string, content: string): string => {
  const [before, behind] = [`<!-- ${name}: written by scripts/rooms.ts -->`, `<!-- end of ${name} -->`];
  const [head, rest] = text.split(before);
  const tail = rest?.split(behind)[1];
  if (head === undefined || tail === undefined) throw new Error(`ARCHITECTURE.md has no place for ${name}.`);
  return `${head}${before}\n\n${content}\n\n${behind}${tail}`;
};

const pretty = async (file: string, text: string): Promise<string> =>
  format(text, { ...(await resolveConfig(file)), filepath: file });

const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
const imports = await folderImports();
const cycle = cycleOf(imports);
const faults = [
  ...(await crowdedFolders()),
  ...(cycle === undefined ? [] : [`A cycle of folders: ${cycle.join(' → ')}.`]),
];

const architecture = await readFile('ARCHITECTURE.md', 'utf8');
const documents = {
  'ARCHITECTURE.md': fill(fill(architecture, 'layers', layerTable()), 'rooms', roomTable()),
  'docs/dependencies.md': `${graphs(imports)}\n`,
};
for (const [file, text] of Object.entries(documents)) {
  const wanted = await pretty(file, text);
  if (values.write === true) await writeFile(file, wanted);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted)
    faults.push(`${file} is not what the imports say: run "npm run rooms:write".`);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
