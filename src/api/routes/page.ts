import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { transformSync } from 'amaro';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { problem } from '../http/problem.ts';

/** The page's own libraries, and where the browser finds them. */
const libraries = {
  preact: '/page/lib/preact.mjs',
  'preact/hooks': '/page/lib/hooks.mjs',
  htm: '/page/lib/htm.mjs',
  'htm/preact': '/page/lib/htm-preact.mjs',
} as const;
const styles = {
  '/page/lib/pico.css': import.meta.resolve('@picocss/pico/css/pico.min.css'),
  '/page/page.css': new URL('../../page/page.css', import.meta.url).href,
} as const;

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

/** Everything comes from here. Images are the style sheet's own icons. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${importMapHash}'`,
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
  app.get('/', (c) => c.html(page, 200, { ...cached, 'Content-Security-Policy': contentSecurityPolicy }));
  for (const [name, path] of Object.entries(libraries)) {
    const file = import.meta.resolve(name);
    app.get(path, async (c) =>
      c.body(await read(file), 200, { ...cached, 'Content-Type': 'text/javascript; charset=utf-8' }),
    );
  }
  for (const [path, file] of Object.entries(styles))
    app.get(path, async (c) => c.body(await read(file), 200, { ...cached, 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/:folder{page|domain}/:module{[a-z0-9-]+\\.ts}', async (c) => {
    const { folder, module } = c.req.param();
    const name = `${folder}/${module}`;
    const script = modules.get(name) ?? (await asJavaScript(name));
    modules.set(name, script);
    return c.body(script, 200, { ...cached, 'Content-Type': 'text/javascript; charset=utf-8' });
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
