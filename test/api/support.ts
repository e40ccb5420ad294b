import { randomBytes } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { expect } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import type { ApiDeps } from '../../src/api/http/deps.ts';
import { type Problem, ProblemSchema } from '../../src/api/http/problem.ts';
import { connect, type Database } from '../../src/db/shared/connect.ts';
import { loadSamples } from '../../src/demo/samples.ts';
import { createSecretBox } from '../../src/db/mailboxes/secrets.ts';
import { createMimeReader } from '../../src/mail/mime/mime.ts';
import { createMailViewer } from '../../src/mail/mime/mail-viewer.ts';
import { createTestDatabase } from '../support/database.ts';

export const adminToken = 'test-token-of-the-administrator';

/** What the API asked of the workflows, in its order: `wake 1`, `readNow 1`. */
interface RecordedControl {
  readonly calls: string[];
  /** Every call fails while it is set. */
  down: boolean;
  failedRuns: number;
}

export interface TestApi {
  readonly app: OpenAPIHono;
  readonly database: Database;
  readonly control: RecordedControl;
  /** With the token; a body is sent as JSON unless it is text. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The JSON of a GET that succeeds. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** The API on a database of its own with the samples, without a socket; Temporal is only recorded. */
export const startTestApi = async (overrides: Partial<ApiDeps> = {}): Promise<TestApi> => {
  const testDatabase = await createTestDatabase();
  const database = connect(testDatabase.url);
  await loadSamples(database.db);
  const mimeReader = createMimeReader({ concurrency: 1 });
  const mailViewer = createMailViewer();
  const control: RecordedControl = { calls: [], down: false, failedRuns: 0 };
  const record = (call: string): Promise<void> => {
    if (control.down) return Promise.reject(new Error('Temporal is away'));
    control.calls.push(call);
    return Promise.resolve();
  };
  const app = createApp({
    db: database.db,
    control: {
      wake: (id) => record(`wake ${id}`),
      readNow: (id) => record(`readNow ${id}`).then(() => ({ queued: false })),
      check: () => record('check'),
      countFailedRuns: () => (control.down ? record('') : Promise.resolve()).then(() => control.failedRuns),
    },
    secretBox: createSecretBox([randomBytes(32)]),
    adminToken,
    workflowsUrl: null,
    openIdConnect: null,
    testConnection: () => Promise.resolve({ ok: true, steps: [] }),
    mimeReader,
    mailViewer,
    readOptions: { timeZone: 'Europe/Paris', dateFormat: 'dd/MM/yyyy' },
    smtp: null,
    testSending: null,
    trustedProxies: [],
    logger: pino({ level: 'silent' }),
    ...overrides,
  });
  const send: TestApi['send'] = (method, path, body, headers = {}) =>
    Promise.resolve(
      app.request(path, {
        method,
        headers: {
          Authorization: `Bearer ${adminToken}`,
          ...(body === undefined ? {} : { 'Content-Type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  return {
    app,
    database,
    control,
    send,
    async get(path) {
      const response = await send('GET', path);
      if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    async stop() {
      await mimeReader.close();
      await mailViewer.close();
      await database.close();
      await testDatabase.drop();
    },
  };
};

const problemSchema = ProblemSchema.strict();

/** The problem that a response is; throws when it is none. */
export const problemOf = async (response: Response): Promise<Problem> => {
  if (response.headers.get('Content-Type') !== 'application/problem+json')
    throw new Error(`No problem: ${response.status} ${await response.text()}`);
  return problemSchema.parse(await response.json());
};

/** Fields of a problem's errors with the rule that each breaks. */
export const brokenRules = async (response: Response): Promise<string[]> =>
  ((await problemOf(response)).errors ?? []).map(({ field, rule }) => `${field}: ${rule ?? ''}`);

/** Matches a text that holds this one. */
export const containing = (text: string): unknown => expect.stringContaining(text);
