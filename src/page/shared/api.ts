import type { Problem } from '../../api/http/problem.ts';
import type { Role } from '../../domain/accounts/role.ts';

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly role: Role;
  readonly csrfToken: string | null;
  /** Of the Temporal Web UI; an encoded workflow id behind it is one workflow. */
  readonly workflowsUrl: string | null;
}

/** A refusal of the API, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errors: NonNullable<Problem['errors']>;

  constructor(status: number, message: string, errors: NonNullable<Problem['errors']> = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  /** What is wrong with a field of the body, or with something within it. */
  of(field: string): string | undefined {
    return this.errors.find((error) => error.field === field || error.field.startsWith(`${field}.`))?.message;
  }
}

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

export const useSession = (session: Session | null, signedOut: () => void): void => {
  csrfToken = session?.csrfToken ?? null;
  onSignedOut = signedOut;
};

/** What was read, with the tag of its version. */
export interface Tagged<T> {
  readonly data: T;
  readonly tag: string | null;
}

/** `body`: sent as JSON. Throws ApiError, also when nobody answers. */
async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Tagged<T>> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      ...headers,
      ...(csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw noAnswer();
  });
  if (!response.ok) throw refusalOf(path, response.status, await response.text());
  return {
    data: (response.status === 204 ? undefined : await response.json()) as T,
    tag: response.headers.get('ETag'),
  };
}

function refusalOf(path: string, status: number, body: string): ApiError {
  const problem = problemIn(body);
  if (status === 401 && path !== '/session' && path !== '/first-user') onSignedOut();
  return new ApiError(
    status,
    problem.detail ?? problem.title ?? `The agent answered ${String(status)}.`,
    problem.errors,
  );
}

/** What stands before the agent may answer in its own way. */
function problemIn(body: string): Partial<Problem> {
  try {
    return JSON.parse(body) as Partial<Problem>;
  } catch {
    return {};
  }
}

const ifMatch = (tag: string | null | undefined): Readonly<Record<string, string>> =>
  tag === null || tag === undefined ? {} : { 'If-Match': tag };
const dataOf = async <T>(answer: Promise<Tagged<T>>): Promise<T> => (await answer).data;

export const get = <T>(path: string): Promise<T> => dataOf(send('GET', path));
/** With its tag, to be given back with a change, which is refused when somebody else has changed it since. */
export const getTagged = <T>(path: string): Promise<Tagged<T>> => send('GET', path);
export const post = <T>(path: string, body?: unknown): Promise<T> => dataOf(send('POST', path, body));
export const put = <T>(path: string, body: unknown, tag?: string | null): Promise<T> =>
  dataOf(send('PUT', path, body, ifMatch(tag)));
export const patch = <T>(path: string, body: unknown, tag?: string | null): Promise<T> =>
  dataOf(send('PATCH', path, body, ifMatch(tag)));
export const remove = (path: string, tag?: string | null): Promise<void> =>
  dataOf(send('DELETE', path, undefined, ifMatch(tag)));

/** All of a list. */
export async function getAll<Item>(path: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<Item> = await get(`${path}${query({ limit: 200, cursor })}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** Sends a CSV file byte by byte, so that the API sees its encoding. `onProgress`: the share that is sent, 0 to 1; after that the agent works on it. Throws ApiError. */
export const upload = <T>(path: string, csv: Blob, onProgress: (share: number) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of what is sent
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('Content-Type', 'text/csv');
    if (csrfToken !== null) request.setRequestHeader('X-CSRF-Token', csrfToken);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(noAnswer());
    request.onload = () => {
      if (request.status >= 400) reject(refusalOf(path, request.status, request.responseText));
      else resolve(JSON.parse(request.responseText) as T);
    };
    request.send(csv);
  });

const noAnswer = (): ApiError => new ApiError(0, 'The agent does not answer: check that it runs, and the network.');

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
