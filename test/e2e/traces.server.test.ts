import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type RunningApi, startApi } from '../../src/api/server.ts';
import { messages } from '../../src/db/schema/index.ts';
import { startTracing, type Tracing } from '../../src/telemetry/tracing.ts';
import { mailQueue } from '../../src/workflows/shared/task-queues.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { mail } from '../support/mime.ts';
import { requires } from '../support/requires.ts';
import { type SpanReceiver, startSpanReceiver } from '../support/span-receiver.ts';
import { localMailHosts } from '../support/mailbox.ts';

const adminToken = 'admin-token-of-the-trace-test';

requires('dovecot')('traces', () => {
  let receiver: SpanReceiver;
  let tracing: Tracing;
  let agent: TestAgent;
  let api: RunningApi;
  beforeAll(async () => {
    receiver = await startSpanReceiver();
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url;
    tracing = startTracing();
    agent = await startTestAgent({ ca: inject('dovecot').ca, tracing });
    api = await startApi({
      ...{ database: agent.database, secretBox: agent.secretBox, adminToken, temporal: agent.temporal },
      ...{ taskQueue: mailQueue, host: '127.0.0.1', port: 0, timeZone: 'UTC', dateFormat: 'dd/MM/yyyy' },
      ca: inject('dovecot').ca,
      mailHosts: localMailHosts,
      logger: pino({ level: 'silent' }),
      traceClient: tracing.client,
    });
  });
  afterAll(async () => {
    await api.stop();
    await agent.stop();
    await tracing.stop();
    await receiver.close();
  });

  it('lead from a request through the workflow that it starts to the activities, and tell nothing of the mails', async () => {
    const login = `traced-${randomUUID()}@example.test`;
    const secretWord = `tell-nobody-${randomUUID()}`;
    await openDovecot(inject('dovecot')).deliver(
      login,
      mail(['From: fleblanc@aef.com', `Subject: ${secretWord}`, `Message-ID: <${randomUUID()}@aef.com>`]),
    );
    const request = (method: string, path: string, body?: unknown): Promise<Response> =>
      fetch(`${api.url}/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const created = await request('POST', '/mailboxes', {
      ...{ name: 'Traced', type: 'imap4', mailServer: 'localhost', port: inject('dovecot').imapsPort },
      ...{ login, password: dovecotPassword, defaultCategory: 'GENERAL', readIntervalMinutes: 0.02 },
    });
    expect(created.status).toBe(201);
    await request('GET', `/messages?text=${secretWord}`);
    await eventually('the mail is handled', async () =>
      (await agent.database.db.select().from(messages)).some(({ disposition }) => disposition === 'created')
        ? true
        : undefined,
    );
    await eventually('a span of an activity is sent', () =>
      Promise.resolve(receiver.spans.some(({ name }) => name === 'RunActivity:readMailbox') ? true : undefined),
    );
    const traceOf = (name: string): string | undefined => receiver.spans.find((span) => span.name === name)?.traceId;
    const posted = traceOf('POST /api/v1/mailboxes');
    expect(posted).toBeDefined();
    expect(traceOf('RunActivity:readMailbox')).toBe(posted);
    expect(traceOf('StartActivity:readMailbox')).toBe(posted);
    expect(receiver.bodies.join()).toContain('/api/v1/messages');
    for (const secret of [secretWord, dovecotPassword, adminToken])
      expect(receiver.bodies.join()).not.toContain(secret);
  });
});
