import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { pagePolicy } from './page-policy.ts';

const assets = [
  {
    path: '/docs/swagger-ui.css',
    file: import.meta.resolve('swagger-ui-dist/swagger-ui.css'),
    contentType: 'text/css; charset=utf-8',
  },
  {
    path: '/docs/swagger-ui-bundle.js',
    file: import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
    contentType: 'text/javascript; charset=utf-8',
  },
] as const;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Technical Support Agent: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null });\n`;

/** Swagger UI from its npm package, at /docs. */
export const createDocsRoutes = (): Hono => {
  const app = new Hono();
  app.get('/docs', (c) => c.html(page, 200, { 'Content-Security-Policy': pagePolicy() }));
  app.get('/docs/start.js', (c) => c.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  for (const { path, file, contentType } of assets) {
    app.get(path, async (c) =>
      c.body(await readFile(new URL(file)), 200, {
        'Content-Type': contentType,
        'Cache-Control': 'public, max-age=86400',
      }),
    );
  }
  return app;
};
