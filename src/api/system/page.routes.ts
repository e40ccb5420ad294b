import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { etag } from 'hono/etag';
import { z } from 'zod';
import { pagePolicy } from './page-policy.ts';
import { problem } from '../http/problem.ts';

/** The page's own libraries, and where the browser finds them. */
const libraries = {
  preact: '/page/lib/preact.mjs',
  'preact/hooks': '/page/lib/hooks.mjs',
  htm: '/page/lib/htm.mjs',
  'htm/preact': '/page/lib/htm-preact.mjs',
} as const;
const javaScript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';

const sourceFiles = () => [
  ...Object.entries(libraries).map(([name, path]) => ({ path, file: import.meta.resolve(name), type: javaScript })),
  { path: '/page/lib/pico.css', file: import.meta.resolve('@picocss/pico/css/pico.min.css'), type: css },
  { path: '/page/page.css', file: new URL('../../page/page.css', import.meta.url).href, type: css },
];

const importMap = JSON.stringify({ imports: libraries });
const importMapHash = createHash('sha256').update(importMap, 'utf8').digest('base64');

const pageWith = (links: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Technical Support Agent</title>
<link rel="icon" href="data:,">
${links}
<body><div id="app"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;

const cached = { 'Cache-Control': 'no-cache' };

/** The admin page at `/`: from what `npm run build` made of it, or else from its sources. */
export const createPageRoutes = (built: URL | undefined): Hono =>
  built === undefined ? fromSources() : fromBuild(built);

/** Encodings that the build made each file in, the best first, and how their names end. */
const encodings = { br: '.br', gzip: '.gz', identity: '' } as const;
const forEver = { 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' };
const builtNames = z.object({ main: z.string(), page: z.string() });

/** Three requests: a file is named by its content, and is asked for once. */
const fromBuild = (folder: URL): Hono => {
  const app = new Hono();
  const names = builtNames.parse(JSON.parse(readFileSync(new URL('files.json', folder), 'utf8')));
  const page = pageWith(
    `<link rel="stylesheet" href="/page/${names.page}">\n<script type="module" src="/page/${names.main}"></script>`,
  );
  const policy = pagePolicy({ styleAttributes: true });
  app.get('/', (c) => c.html(page, 200, { ...cached, 'Content-Security-Policy': policy }));
  for (const [name, type] of [
    [names.main, javaScript],
    [names.page, css],
  ] as const) {
    const bodies = Object.entries(encodings).map(
      ([encoding, end]) => [encoding, new Uint8Array(readFileSync(new URL(`${name}${end}`, folder)))] as const,
    );
    app.get(`/page/${name}`, (c) => {
      const accepted = accepts(c, {
        header: 'Accept-Encoding',
        supports: Object.keys(encodings),
        default: 'identity',
        match: (wanted, { supports }) =>
          supports.find((each) => wanted.some(({ type: one, q }) => q > 0 && one === each)) ?? 'identity',
      });
      const [encoding, body] = bodies.find(([each]) => each === accepted) ?? ['identity', new Uint8Array()];
      return c.body(body, 200, {
        ...forEver,
        'Content-Type': type,
        ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
      });
    });
  }
  return app;
};

/**
 * Its modules, and those of the pure domain that it shares with the server, are TypeScript without anything that needs compiling: the
 * types are blanked out when a module is first asked for.
 */
const fromSources = (): Hono => {
  const page = pageWith(`<link rel="stylesheet" href="/page/lib/pico.css">
<link rel="stylesheet" href="/page/page.css">
<script type="importmap">${importMap}</script>
<script type="module" src="/page/main.ts"></script>`);
  const app = new Hono();
  const modules = new Map<string, string>();
  app.use('/page/*', etag());
  app.use('/domain/*', etag());
  const policy = pagePolicy({ inlineScripts: [`sha256-${importMapHash}`], styleAttributes: true });
  app.get('/', (c) => c.html(page, 200, { ...cached, 'Content-Security-Policy': policy }));
  for (const { path, file, type } of sourceFiles())
    app.get(path, async (c) => c.body(await read(file), 200, { ...cached, 'Content-Type': type }));
  app.get('/:folder{page|domain}/:module{[a-z0-9-]+(?:/[a-z0-9-]+)*\\.ts}', async (c) => {
    const { folder, module } = c.req.param();
    const name = `${folder}/${module}`;
    const script = modules.get(name) ?? (await asJavaScript(name));
    modules.set(name, script);
    return c.body(script, 200, { ...cached, 'Content-Type': javaScript });
  });
  return app;
};

const read = (file: string): Promise<string> => readFile(new URL(file), 'utf8');

const asJavaScript = async (name: string): Promise<string> => {
  const source = await read(new URL(`../../${name}`, import.meta.url).href).catch(() => {
    throw problem(404, 'The page has no such module.');
  });
  const { transformSync } = await import('amaro');
  return transformSync(source, { mode: 'strip-only' }).code;
};
