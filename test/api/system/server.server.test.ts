import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/server.ts';
import { createTemporalControl } from '../../../src/api/mailboxes/temporal-control.ts';
import { connect, type Database } from '../../../src/db/shared/connect.ts';
import { appendLog } from '../../../src/db/log/operation-log.ts';
import { loadSamples } from '../../../src/demo/samples.ts';
import { createSecretBox } from '../../../src/db/mailboxes/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createTestNamespace } from '../../support/namespace.ts';

const adminToken = 'token';
let testDatabase: TestDatabase;
let database: Database;
let temporal: { readonly address: string; readonly namespace: string };
let api: RunningApi;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connect(testDatabase.url);
  await loadSamples(database.db);
  temporal = await createTestNamespace();
  api = await startApi({
    database,
    secretBox: createSecretBox([randomBytes(32)]),
    adminToken,
    temporal,
    taskQueue: 'nobody-works-here',
    host: '127.0.0.1',
    port: 0,
    timeZone: 'Europe/Paris',
    dateFormat: 'dd/MM/yyyy',
    ca: undefined,
    logger: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await api.stop();
  await database.close();
  await testDatabase.drop();
});

const headers = { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' };
const runsOf = async (client: Client, workflowId: string): Promise<string[]> => {
  const { runId, status } = await client.workflow.getHandle(workflowId).describe();
  return [runId, status.name];
};

describe('the server', () => {
  it('is ready, with its database and Temporal', async () => {
    const response = await fetch(`${api.url}/readyz`);
    expect(await response.json()).toEqual({ ready: true, parts: { database: 'up', temporal: 'up', outgoing: 'up' } });
  });

  it('starts the workflow of a new mailbox, and wakes it after a change', async () => {
    const form = {
      name: 'Support',
      type: 'imap4',
      mailServer: 'mail.example.com',
      login: 'a@example.com',
      password: 's3cret',
      defaultCategory: 'GENERAL',
    };
    const created = await fetch(`${api.url}/api/v1/mailboxes`, { method: 'POST', headers, body: JSON.stringify(form) });
    const { id, workflowId } = (await created.json()) as { id: number; workflowId: string };
    const connection = await Connection.connect({ address: temporal.address });
    try {
      const client = new Client({ connection, namespace: temporal.namespace });
      const started = await runsOf(client, workflowId);
      expect(started[1]).toBe('RUNNING');
      await fetch(`${api.url}/api/v1/mailboxes/${id}/pause`, { method: 'POST', headers });
      expect(await runsOf(client, workflowId)).toEqual(started);
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes != null)).toHaveLength(2);
      expect(JSON.stringify(events)).not.toContain('s3cret');
    } finally {
      await connection.close();
    }
  });

  it('sends the log as it is written, once each, and goes on after Last-Event-ID', async () => {
    const append = (result: string) =>
      appendLog(database.db, {
        at: new Date().toISOString(),
        level: 'info',
        operation: 'settings.update',
        who: 'a test',
        whoKind: 'system',
        result,
      });
    const first = await follow({});
    await append('one');
    await append('two');
    const [one, two] = await first.take(2);
    expect([one?.result, two?.result]).toEqual(['one', 'two']);
    await first.leave();

    const again = await follow({ 'Last-Event-ID': String(one?.id) });
    await append('three');
    expect((await again.take(2)).map(({ result }) => result)).toEqual(['two', 'three']);
    await again.leave();
  });

  it('refuses a port that is taken', async () => {
    const port = Number(new URL(api.url).port);
    const options = { database, secretBox: createSecretBox([randomBytes(32)]), adminToken, temporal, taskQueue: 'q' };
    const rest = { host: '127.0.0.1', timeZone: 'UTC', dateFormat: 'dd/MM/yyyy', ca: undefined };
    await expect(startApi({ ...options, ...rest, port, logger: pino({ level: 'silent' }) })).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});

describe('a Temporal that is away', () => {
  it('fails within the patience of a request', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    try {
      const control = createTemporalControl({ client: new Client({ connection }), taskQueue: 'q' });
      await expect(control.wake(1)).rejects.toThrow();
      await expect(control.check()).rejects.toThrow();
    } finally {
      await connection.close();
    }
  });
});

interface Entry {
  readonly id: number;
  readonly result: string;
}

/** A client of the log stream, for entries of the operation `test`. */
const follow = async (more: Record<string, string>) => {
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/api/v1/log/stream?operation=settings.update`, {
    headers: { ...headers, ...more },
    signal: leaving.signal,
  });
  expect(response.headers.get('Content-Type')).toBe('text/event-stream');
  if (response.body === null) throw new Error('A stream has a body.');
  const chunks = response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let text = '';
  const entries = (): Entry[] =>
    [...text.matchAll(/^data: (.*)\n/gm)].map(([, data]) => JSON.parse(data ?? '') as Entry);
  return {
    async take(count: number): Promise<Entry[]> {
      while (entries().length < count) {
        const { done, value } = await chunks.next();
        if (done === true) throw new Error('The stream ended.');
        text += value;
      }
      return entries();
    },
    leave: async () => {
      leaving.abort();
      await chunks.next().catch(() => undefined);
    },
  };
};
