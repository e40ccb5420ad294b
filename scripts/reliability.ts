import { glob, readFile } from 'node:fs/promises';

/** A fault or an attack that the agent must survive, by an id that stands in the names of its tests. */
interface Case {
  readonly id: string;
  readonly what: string;
  readonly outcome: string;
  /** Not tested: what a reader must know. Absent: all of it is. */
  readonly missing?: string;
}

const cases: readonly Case[] = [
  {
    id: 'F01',
    what: 'Worker killed after the fetch, before the original is committed',
    outcome: 'The message stays in the inbox; one ticket',
  },
  {
    id: 'F02',
    what: 'Worker killed after the original is committed, before the message is handled',
    outcome: 'One ticket; nothing deleted before',
  },
  {
    id: 'F03',
    what: 'Worker killed after the ticket is committed, before the activity reports',
    outcome: 'The same ticket, one notification',
  },
  {
    id: 'F04',
    what: 'Worker killed before or after the deletion in the inbox',
    outcome: 'One ticket; the inbox ends empty',
    missing: 'Microsoft Graph and Office 365: only IMAP and POP3 are killed',
  },
  {
    id: 'F05',
    what: 'The answer to EXPUNGE, or EXPUNGE itself, is lost',
    outcome: 'Verified, removed, nothing else touched',
  },
  { id: 'F06', what: 'The answer to COMMIT is lost, or COMMIT itself', outcome: 'One ticket' },
  {
    id: 'F07',
    what: 'PostgreSQL stops while messages flow; full disk',
    outcome: 'Nothing lost or doubled; a state; recovers by itself',
    missing: 'The disk is full by PostgreSQL’s error code, not by a real full disk; down for seconds, not ten minutes',
  },
  {
    id: 'F08',
    what: 'Temporal killed and restarted in mid-batch',
    outcome: 'Nothing lost or doubled; no workflow stuck',
    missing: 'Faults of Temporal’s own store',
  },
  { id: 'F09', what: 'Two workers on one mailbox; a locked maildrop', outcome: 'One ticket each; backoff' },
  { id: 'F10', what: 'The same message delivered twice', outcome: 'One ticket and one duplicate' },
  {
    id: 'F11',
    what: 'The same Message-ID with other content',
    outcome: 'Both handled',
    missing: 'The second one is not marked',
  },
  { id: 'F12', what: 'UIDVALIDITY changes', outcome: 'No new tickets for old messages' },
  { id: 'F13', what: 'No UIDPLUS, a message flagged by somebody else', outcome: 'The other message survives' },
  {
    id: 'F14',
    what: 'POP3: lost DELE and QUIT, refused QUIT, no UIDL, equal UIDLs',
    outcome: 'No second ticket; only what was compared is deleted',
  },
  {
    id: 'F15',
    what: 'Stall or cut in the middle of a message; fewer bytes than announced',
    outcome: 'Time-out; nothing truncated is stored as whole',
    missing: 'A half-open connection through a whole read',
  },
  {
    id: 'F16',
    what: 'Graph 429, 404 at deletion, moved messages; refused sign-in',
    outcome: 'Waits as told; the mailbox says so; other mailboxes go on',
    missing: 'A day of refused sign-in in real time; 410 does not occur, because no delta is used',
  },
  {
    id: 'F17',
    what: 'A message that kills or blocks its parser, between good ones',
    outcome: 'Quarantined after bounded attempts; neighbours handled',
  },
  {
    id: 'F18',
    what: 'A message of 30 MB',
    outcome: 'Streamed in pieces; small payloads in the history',
    missing: 'The size of payloads in the history of such a message',
  },
  {
    id: 'F19',
    what: 'SMTP takes a message and its answer is lost; SMTP is away',
    outcome: 'The same Message-ID again; visible backlog',
    missing: 'Two days away in real time',
  },
  {
    id: 'F20',
    what: 'The same choice twice, late, at the deadline, two approvers at once',
    outcome: 'One decision; late ones recorded',
    missing: 'Across continue-as-new of an approval',
  },
  { id: 'F21', what: 'Workflow code changes with open approvals', outcome: 'Recorded histories replay' },
  {
    id: 'I01',
    what: 'Every message of the corpora by IMAP and POP3',
    outcome: 'Each ends in a ticket, quarantine, rejection or duplicate',
    missing: 'Public corpora are run through the parser (mail/mime/corpora), not through an inbox',
  },
  {
    id: 'I02',
    what: 'Missing fields, charsets, wrapped and curly variables, HTML only',
    outcome: 'The same values as in the plain variant, or a reason',
  },
  {
    id: 'I03',
    what: 'Delivery reports, read receipts, out of office, monitoring',
    outcome: 'No ticket for reports and replies; monitoring is an event',
  },
  { id: 'A01', what: 'Automatic reply that quotes an approval link', outcome: 'No choice' },
  { id: 'A02', what: 'Reply that quotes both choices; hidden text', outcome: 'Only the visible own text counts' },
  { id: 'A03', what: 'Forged From of the approver', outcome: 'No choice; the approver is told' },
  {
    id: 'A04',
    what: 'Tricks with From',
    outcome: 'Never a choice of somebody else',
    missing: 'The published collection of 22 cases: about half',
  },
  { id: 'A05', what: 'Forged Authentication-Results', outcome: 'Only the topmost trusted one counts' },
  {
    id: 'A06',
    what: 'Reply-To, Sender, Return-Path name somebody else',
    outcome: 'Identity from From only',
    missing: 'Cc as a reader: tickets have no readers by Cc',
  },
  { id: 'A07', what: 'Somebody who may not approve', outcome: 'Refused, logged' },
  {
    id: 'A08',
    what: 'Token replayed, of another request, changed',
    outcome: 'Refused; the database holds hashes only',
    missing: '100,000 guesses: a token has 128 bits or more',
  },
  {
    id: 'A09',
    what: 'Two agents writing to each other; own message bounced',
    outcome: 'Not answered',
    missing: 'Two whole agents in one test',
  },
  {
    id: 'A10',
    what: 'Many messages with forged addresses',
    outcome: 'So many answers an hour to one address, no more',
    missing: '10,000 messages in one test',
  },
  {
    id: 'A11',
    what: 'Scripts and paths in subjects, bodies, file names',
    outcome: 'Inert; stored under generated names',
    missing: 'A canary file in the file system of a running agent',
  },
  {
    id: 'A12',
    what: 'Line breaks and markup in values; pictures from elsewhere; internal hosts',
    outcome: 'Stored literally; no added header; refused',
    missing: 'A browser that shows a message with pictures from elsewhere',
  },
  { id: 'A13', what: 'Variables for what the sender may not change', outcome: 'Ignored or quarantined' },
  { id: 'A14', what: 'Huge, deep and repeated structures', outcome: 'Bounded time and memory' },
  { id: 'A15', what: 'STARTTLS stripped, PREAUTH, injected answers', outcome: 'No credentials in clear text' },
  {
    id: 'A16',
    what: 'Secrets in database, logs, API, histories; brute force; large bodies',
    outcome: 'Nothing in clear text; refused',
  },
];

/** A table of the cases and the test files that name them. Throws for a case that no test names. */
export async function reliability(): Promise<string> {
  const named = new Map<string, string[]>();
  for await (const file of glob('test/**/*.test.ts')) {
    const ids = new Set((await readFile(file, 'utf8')).match(/(?<=['"`, ])[FIA]\d\d\b(?=['",:])/g));
    for (const id of ids) named.set(id, [...(named.get(id) ?? []), file]);
  }
  const untested = cases.filter(({ id }) => !named.has(id)).map(({ id }) => id);
  if (untested.length > 0) throw new Error(`No test has these ids in its name: ${untested.join(', ')}.`);
  const rows = cases.map(({ id, what, outcome, missing }) => {
    const files = (named.get(id) ?? []).toSorted();
    const links = files.map(
      (file) => `[${file.replace(/^test\//, '').replace(/(\.server)?\.test\.ts$/, '')}](../${file})`,
    );
    return `| ${[id, what, outcome, links.join('<br>'), missing ?? '–'].join(' | ')} |`;
  });
  return ['| id | fault or attack | outcome | tests | not tested |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
