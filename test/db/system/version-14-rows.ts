export type Row = Readonly<Record<string, unknown>>;

const at = '2026-11-01T08:00:00.000Z';
const later = '2026-11-02T08:00:00.000Z';
const steps = [{ approvers: ['manager'], onExpiry: 'refused' }];

const ticket = (id: number, fields: Row): Row => ({
  ...{ id, number: `S261101_00000${String(id)}`, type: 'S', state: 'registered', process: 'service', requestor_id: 1 },
  ...{ category_id: 1, title: 'A laptop', description: 'Please', occurred_at: at, urgency: 2, impact: 2, priority: 3 },
  ...{ phase: null, assigned_group: null, custom_fields: {}, created_at: at, updated_at: at },
  ...fields,
});

const message = (id: number, fields: Row): Row => ({
  ...{ id, mailbox_id: 1, protocol_id: `1:${String(id)}`, raw_sha256: 'a'.repeat(64), size: 9 },
  ...{ arrived_at: at, received_at: at, handled_at: null, disposition: null, reason: null, ticket_number: null },
  ...fields,
});

const handled = (id: number, disposition: string): Row =>
  message(id, { handled_at: at, disposition, ticket_number: 'S261101_000001' });
const refused = (id: number, disposition: string, reason: string): Row =>
  message(id, { handled_at: at, disposition, reason });

/** Rows that a database of version 14 may hold, table by table, so that what a row refers to is there before it. */
export const rowsOfVersion14: readonly (readonly [table: string, rows: readonly Row[]])[] = [
  ['calendars', [{ id: 1, name: 'Office', time_zone: 'Europe/Paris', hours: {}, holidays: [] }]],
  [
    'categories',
    [
      {
        id: 1,
        code: 'LAPTOP',
        name: 'Laptop',
        path: 'Hardware/Laptop',
        ticket_type: 'S',
        process: 'service',
        approval_steps: steps,
      },
      {
        id: 2,
        code: 'OTHER',
        name: 'Other',
        path: 'Other',
        ticket_type: 'I',
        process: 'incident',
        approval_steps: [],
      },
    ],
  ],
  ['employees', [1, 2].map((id) => ({ id, name: `Person ${String(id)}`, language: 'en' }))],
  [
    'employee_addresses',
    [1, 2].map((id) => ({ address: `p${String(id)}@aef.com`, employee_id: id, is_primary: true })),
  ],
  ['employee_groups', [{ employee_id: 2, group_name: 'Workplace' }]],
  ['delegations', [{ id: 1, employee_id: 1, delegate_id: 2, starts_at: at, ends_at: later }]],
  ['assets', [{ id: 1, tag: 'P-1', name: 'Phone' }]],
  ['configuration_items', [{ id: 1, name: 'Server' }]],
  [
    'mailboxes',
    ['imap4', 'pop3'].map((type, index) => ({
      ...{ id: index + 1, name: type, active: true, type, read_interval_minutes: 1, login: `${type}@aef.com` },
      ...{
        address: `${type}@aef.com`,
        ssl_tls: true,
        start_tls: false,
        default_category_id: 1,
        mail_server: 'mail.aef.com',
      },
      ...{ create_unknown_requestors: false, after_processing: 'delete', trusted_senders: ['monitor.aef.com'] },
      ...{ accept_curly_quotes: false, max_message_bytes: 1_000 },
    })),
  ],
  [
    'tickets',
    [
      ticket(1, {}),
      ticket(2, { phase: 'approval' }),
      ticket(3, { phase: 'fulfilment', assigned_group: 'Workplace' }),
      ticket(4, { phase: 'fulfilment', assigned_group: 'Workplace' }),
      ticket(5, { state: 'on_hold', held_since: at, hold_until: later }),
      ticket(6, { state: 'solved', close_at: later }),
      ticket(7, { state: 'closed', related_to: 'S261101_000006' }),
    ],
  ],
  [
    'messages',
    [
      message(1, {}),
      handled(2, 'created'),
      handled(3, 'filed'),
      handled(4, 'choice_recorded'),
      refused(5, 'rejected', 'unknown_sender'),
      refused(6, 'quarantined', 'malformed_instruction'),
      message(7, { handled_at: at, disposition: 'redirected' }),
    ],
  ],
  ['message_chunks', [{ message_id: 1, seq: 0, bytes: '\\x46726f6d' }]],
  ['blobs', [{ sha256: 'b'.repeat(64), bytes: '\\x78', size: 1 }]],
  [
    'documents',
    [
      {
        id: 1,
        ticket_id: 1,
        sha256: 'b'.repeat(64),
        name: 'a.txt',
        content_type: 'text/plain',
        size: 1,
        inline: false,
        created_at: at,
      },
    ],
  ],
  ['actions', [2, 3].map((id) => ({ id, ticket_id: id, kind: 'validation', text: 'asked', at, employee_id: 2 }))],
  [
    'approvals',
    [
      {
        action_id: 2,
        ticket_id: 2,
        kind: 'approval',
        key: 'a',
        position: 0,
        step: {},
        asked_at: at,
        expires_at: later,
        state: 'waiting',
        decided_at: null,
      },
      {
        action_id: 3,
        ticket_id: 3,
        kind: 'approval',
        key: 'b',
        position: 0,
        step: {},
        asked_at: at,
        expires_at: later,
        state: 'accepted',
        decided_at: at,
      },
    ],
  ],
  ['approval_requests', [2, 3].map((id) => ({ id, action_id: id, employee_id: 2 }))],
  ['approval_tokens', [{ hash: 'h', request_id: 2, created_at: at }]],
  [
    'outbox',
    [
      {
        id: 1,
        kind: 'acknowledgement',
        message_id_header: '<1@aef.com>',
        to_address: 'p1@aef.com',
        created_at: at,
        state: 'pending',
        sent_at: null,
      },
      {
        id: 2,
        kind: 'approval_request',
        message_id_header: '<2@aef.com>',
        to_address: 'p2@aef.com',
        created_at: at,
        state: 'sent',
        sent_at: at,
      },
    ],
  ],
  ['settings', [{ key: 'languageOfRows', value: 'en' }]],
  ['templates', [{ name: 'answer', language: 'en', subject: 's', text: 't', html: 'h' }]],
  ['ticket_counters', [{ type: 'S', day: '2026-11-01', last: 7 }]],
  ['ticket_warnings', [{ ticket_id: 1, target: 'response', warning: 'near', due_at: later, at }]],
  [
    'workflow_outbox',
    [{ id: 101, kind: 'start_ticket', ticket_number: 'S261101_000001', payload: {}, created_at: at }],
  ],
  ['operation_log', [{ id: 101, at, level: 'info', operation: 'agent.switch', who: 'admin token', result: 'on' }]],
  [
    'users',
    [
      { id: 1, name: 'anna', role: 'operator', password_hash: 'x', identity: null },
      { id: 2, name: 'olga', role: 'reader', password_hash: null, identity: 'iss sub' },
    ],
  ],
  ['sessions', [{ token_hash: 't', user_id: 1, created_at: at, last_used_at: at }]],
  ['api_tokens', [{ id: 1, name: 'monitor', role: 'reader', token_hash: 'h' }]],
  ['idempotency_keys', [{ caller: 'user:1', key: 'k', fingerprint: 'f' }]],
  [
    'not_given',
    [{ mailbox_id: 1, account: 0, protocol_id: '1:9', next_attempt_at: later, first_at: at, last_error: 'e' }],
  ],
];
