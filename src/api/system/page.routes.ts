import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { transformSync } from 'amaro';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
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

const files = [
  ...Object.entries(libraries).map(([name, path]) => ({ path, file: import.meta.resolve(name), type: javaScript })),
  { path: '/page/lib/pico.css', file: import.meta.resolve('@picocss/pico/css/pico.min.css'), type: css },
  { path: '/page/page.css', file: new URL('../../page/page.css', import.meta.url).href, type: css },
];

const importMap = JSON.stringify({ imports: libraries });
const importMapHash = createHash('sha256').update(importMap, 'utf8').digest('base64');

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Technical Support Agent</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/lib/pico.css">
<link rel="stylesheet" href="/page/page.css">
<script type="importmap">${importMap}</script>
<script type="module" src="/page/main.ts"></script>
<body><div id="app"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;

const cached = { 'Cache-Control': 'no-cache' };

/**
 * The admin page at `/`. Its modules, and those of the pure domain that it shares with the server, are TypeScript without anything that
 * needs compiling: the types are blanked out when a module is first asked for.
 */
export const createPageRoutes = (): Hono => {
  const app = new Hono();
  const modules = new Map<string, string>();
  app.use('/page/*', etag());
  app.use('/domain/*', etag());
  const policy = pagePolicy({ inlineScripts: [`sha256-${importMapHash}`], styleAttributes: true });
  app.get('/', (c) => c.html(page, 200, { ...cached, 'Content-Security-Policy': policy }));
  for (const { path, file, type } of files)
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
  return transformSync(source, { mode: 'strip-only' }).code;
};
