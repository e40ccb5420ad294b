import { z } from 'zod';

const openApi = z.object({
  paths: z.record(
    z.string(),
    z.object({
      get: z.object({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional() }).optional(),
    }),
  ),
});

/** A caller of the API that keeps every answer, whatever it was. */
export interface ApiRecorder {
  /** Status, headers and bodies of all answers so far. */
  readonly answers: readonly string[];
  send(method: string, route: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The JSON of an answer that is not an error. */
  json(method: string, route: string, body?: unknown): Promise<unknown>;
  /** Every GET route of openapi.json, with every id that its list has, and the documentation's pages. */
  getEverything(): Promise<void>;
  /** Follows the operation log from its beginning until `text` was in it. */
  followLog(text: string): Promise<void>;
}

export function recordApi(url: string, token: string): ApiRecorder {
  const answers: string[] = [];
  const request = (
    method: string,
    route: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response> =>
    fetch(`${url}${route}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const send: ApiRecorder['send'] = async (method, route, body, headers) => {
    const response = await request(method, route, body, headers);
    const text = await response.clone().text();
    answers.push(`${method} ${route} ${response.status}\n${JSON.stringify([...response.headers])}\n${text}`);
    return response;
  };
  const json: ApiRecorder['json'] = async (method, route, body) => {
    const response = await send(method, route, body);
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return response.json();
  };

  /** The routes that a template stands for: each parameter is looked up in what stands before it. */
  const routesOf = async (template: string): Promise<string[]> => {
    const [, collection, name, rest] = /^(.*?)\/\{(\w+)\}(.*)$/.exec(template) ?? [];
    if (collection === undefined || name === undefined || rest === undefined) return [template];
    const parent = collection.replace(/\/[^/]*$/, '');
    const parts = collection.slice(parent.length + 1);
    const listed = await send('GET', collection);
    const items = itemsOf(listed.ok ? await listed.json() : Reflect.get(Object(await json('GET', parent)), parts));
    const routes = items.map((item) => `${collection}/${encodeURIComponent(valueOf(item, name))}${rest}`);
    return (await Promise.all(routes.map(routesOf))).flat();
  };

  return {
    answers,
    send,
    json,
    async getEverything() {
      const { paths } = openApi.parse(await json('GET', '/openapi.json'));
      for (const [template, { get }] of Object.entries(paths)) {
        if (get === undefined || template.endsWith('/stream')) continue;
        for (const route of await routesOf(template)) await send('GET', route);
      }
      for (const page of ['/docs', '/docs/start.js', '/', '/metrics', '/no-such-page']) await send('GET', page);
    },
    async followLog(text) {
      const response = await request('GET', '/api/v1/log/stream', undefined, { 'Last-Event-ID': '0' });
      let seen = '';
      for await (const chunk of response.body ?? []) {
        seen += Buffer.from(chunk).toString();
        if (seen.includes(text)) break;
      }
      answers.push(seen);
    },
  };
}

/** A page's, or a plain list. */
const itemsOf = (value: unknown): readonly unknown[] => {
  const items: unknown = Array.isArray(value) ? value : Reflect.get(Object(value), 'items');
  return Array.isArray(items) ? items : [];
};

function valueOf(item: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(item), name);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`an item of a list has no ${name}: ${JSON.stringify(item)}`);
}
