import type { GraphRequests } from './graph-requests.ts';
import { MailError } from '../connection/session.ts';

/** More pages than any mailbox has: a server that links in a circle must not hold us for ever. */
const maxPages = 10_000;

/** A collection of Graph, page by page (https://learn.microsoft.com/graph/paging); T has optional properties only. */
export async function* pages<T extends object>(requests: GraphRequests, url: string): AsyncGenerator<readonly T[]> {
  let next: string | undefined = url;
  for (let page = 0; next !== undefined; page += 1) {
    if (page === maxPages) throw unexpected();
    const answer: object = asObject(await requests.json({ method: 'GET', url: next }));
    const items: unknown = Reflect.get(answer, 'value');
    if (!Array.isArray(items)) throw unexpected();
    yield items.map((item) => asObject(item) as T);
    const link: unknown = Reflect.get(answer, '@odata.nextLink');
    next = typeof link === 'string' ? link : undefined;
  }
}

export function asObject(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw unexpected();
  return value;
}

const unexpected = (): MailError =>
  new MailError(
    'protocol',
    'Microsoft Graph gave a list that the agent does not understand.',
    'Check the Graph address, and that no proxy answers in its place.',
  );
