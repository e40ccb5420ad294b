import type { Problem } from '../api/http/problem.ts';
import type { Role } from '../domain/role.ts';

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly role: Role;
  readonly csrfToken: string | null;
  /** Of the Temporal Web UI; an encoded workflow id behind it is one workflow. */
  readonly workflowsUrl: string | null;
}

/** A refusal of the API, in its own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly errors: NonNullable<Problem['errors']>;

  constructor(status: number, message: string, errors: NonNullable<Problem['errors']> = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  /** What is wrong with a field of the body. */
  of(field: string): string | undefined {
    return this.errors.find((error) => error.field === field)?.message;
  }
}

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

export const useSession = (session: Session | null, signedOut: () => void): void => {
  csrfToken = session?.csrfToken ?? null;
  onSignedOut = signedOut;
};

/** `body`: sent as JSON, text as CSV. Throws Refusal, also when nobody answers. */
async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      ...headers,
      ...(csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken }),
      ...(body === undefined ? {} : { 'Content-Type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }).catch(() => {
    throw new Refusal(0, 'The agent does not answer: check that it runs, and the network.');
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  if (response.status === 401 && path !== '/session' && path !== '/first-user') onSignedOut();
  throw new Refusal(response.status, problem.detail ?? problem.title ?? response.statusText, problem.errors);
}

export const get = <T>(path: string): Promise<T> => send('GET', path);
export const post = <T>(path: string, body?: unknown): Promise<T> => send('POST', path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => send('PUT', path, body);
/** `revision`: of what was read; refused when somebody else has changed it since. */
export const patch = <T>(path: string, body: unknown, revision?: number): Promise<T> =>
  send('PATCH', path, body, revision === undefined ? {} : { 'If-Match': `"${String(revision)}"` });
export const remove = (path: string): Promise<void> => send('DELETE', path);

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** `?a=1&b=2` of what is not empty. */
export const query = (parameters: Readonly<Record<string, string | number | null | undefined>>): string => {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
};
