import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordDisposition } from '../../../src/db/messages/ledger.ts';
import { recordMailboxState } from '../../../src/db/mailboxes/mailboxes.ts';
import { mailbox, store } from '../../db/fixtures.ts';
import { startTestApi, type TestApi } from '../support.ts';

const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const scrape = async (): Promise<readonly string[]> => (await (await api.send('GET', '/metrics')).text()).split('\n');

describe('the metrics', () => {
  it('tell what the database holds', async () => {
    const { db } = api.database;
    const { id } = await mailbox(db, { name: 'Figures', secretExpiresAt: '2027-01-01' });
    const [handled = 0] = await store(db, id, 'a', 'b', 'c');
    const now = new Date().toISOString();
    await recordDisposition(db, {
      ...{ id: handled, now, disposition: 'quarantined', reason: 'unknown_ticket', explanation: null, notices: [] },
      ...{ ticketNumber: null, messageId: null, contentKey: null, fromAddress: null, subject: null },
      senderAuthentication: 'none',
    });
    const trouble = { state: 'unreachable', detail: 'no', readAt: null, nextReadAt: null, failed: true } as const;
    await recordMailboxState(db, id, trouble);
    expect(await scrape()).toEqual(
      expect.arrayContaining([
        'tsa_messages_received_total{mailbox="Figures"} 3',
        'tsa_messages{mailbox="Figures",disposition="quarantined"} 1',
        'tsa_messages_pending 2',
        'tsa_messages_quarantined 1',
        'tsa_messages_to_remove 1',
        'tsa_mailbox_state{mailbox="Figures",state="unreachable"} 1',
        'tsa_mailbox_state{mailbox="Figures",state="waiting"} 0',
        'tsa_mailbox_failures{mailbox="Figures"} 1',
        `tsa_mailbox_secret_expiry_timestamp_seconds{mailbox="Figures"} ${Date.parse('2027-01-01') / 1000}`,
        'tsa_workflow_outbox_pending 0',
        'tsa_outbox_mails{state="failed"} 0',
        'tsa_approvals_waiting 0',
        'tsa_temporal_up 1',
        'tsa_workflows_failed 0',
        'tsa_mailbox_state{mailbox="Figures",state="system_error"} 0',
      ]),
    );
  });

  it('R7: tell of failed workflows, and what is not known is not zero', async () => {
    api.control.failedRuns = 2;
    expect(await scrape()).toEqual(expect.arrayContaining(['tsa_temporal_up 1', 'tsa_workflows_failed 2']));
    expect(await api.get('/api/v1/agent')).toMatchObject({ warnings: [{ code: 'failed_workflows' }] });
    api.control.down = true;
    const lines = await scrape();
    expect(lines).toContain('tsa_temporal_up 0');
    expect(lines.filter((line) => line.startsWith('tsa_workflows_failed'))).toEqual([]);
    expect(await api.get('/api/v1/agent')).toMatchObject({ warnings: [{ code: 'temporal_down' }] });
    api.control.down = false;
    api.control.failedRuns = 0;
  });

  it.each([
    ['is due for ten minutes', { state: 'waiting', nextReadAt: -600 }, 600],
    ['is due in ten minutes', { state: 'waiting', nextReadAt: 600 }, 0],
    ['is paused', { state: 'paused', nextReadAt: -600 }, 0],
  ] as const)('R7: a mailbox that %s is overdue accordingly', async (name, { state, nextReadAt }, expected) => {
    const { db } = api.database;
    const { id } = await mailbox(db, { name });
    await recordMailboxState(db, id, {
      ...{ state, detail: '', readAt: null, failed: false },
      nextReadAt: new Date(Date.now() + nextReadAt * 1_000).toISOString(),
    });
    const line = (await scrape()).find((text) => text.startsWith(`tsa_mailbox_overdue_seconds{mailbox="${name}"}`));
    const seconds = Number(line?.split(' ').at(-1));
    expect(seconds).toBeGreaterThanOrEqual(expected);
    expect(Math.floor(seconds / 60)).toBe(Math.floor(expected / 60));
  });

  it('are nobody’s without a token', async () => {
    expect((await api.app.request('/metrics')).status).toBe(401);
  });

  it('are those that alerts, dashboard and guide name, and each alert has its page', async () => {
    const known = new Set((await scrape()).map((line) => /^# TYPE (tsa_\w+)/.exec(line)?.[1]));
    for (const path of ['deploy/prometheus/alerts.yml', 'deploy/grafana/dashboard.json', 'docs/operators/metrics.md']) {
      const named = new Set(file(path).match(/\btsa_[a-z_]*[a-z]/g));
      expect([path, [...named].filter((name) => !known.has(name))]).toEqual([path, []]);
      expect(named.size).toBeGreaterThan(5);
    }
    const alerts = [...file('deploy/prometheus/alerts.yml').matchAll(/alert: (\w+)/g)].map(
      ([, name]) => `${name ?? ''}.md`,
    );
    const pages = readdirSync(new URL('../../../docs/operators/alarms', import.meta.url));
    expect(pages.toSorted()).toEqual(alerts.toSorted());
  });
});
