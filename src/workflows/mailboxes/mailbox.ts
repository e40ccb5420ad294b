import type { SearchAttributeUpdatePair } from '@temporalio/common';
import * as wf from '@temporalio/workflow';

import {
  type DispositionCounts,
  type MailboxActivities,
  type ReadOutcome,
  restAfterFaultMs,
} from '../../activities/mailboxes/mailbox.contract.ts';
import { type Disposition, dispositions } from '../../domain/messages/disposition.ts';
import { type MailboxInput, type MailboxStatus, readNowUpdate, statusQuery, wakeSignal } from './mailbox.messages.ts';
import { EVENTS_PER_RUN, mailServerActivity } from '../shared/retry-policy.ts';
import { searchAttributes } from '../shared/search-attributes.ts';

const { readMailbox, removeHandled } = wf.proxyActivities<MailboxActivities>(mailServerActivity);

/**
 * One mailbox, for ever (spec §3): read, remove what is handled, sleep for the interval or until woken.
 *
 * The database says how the mailbox is configured and what has become of each message; this workflow holds only its clock and what
 * operators see. It never fails: a fault becomes its state, and the loop goes on.
 */
export async function mailboxWorkflow(input: MailboxInput): Promise<void> {
  let status: MailboxStatus = input.carried ?? {
    mailbox: null,
    state: 'waiting',
    since: now(),
    detail: '',
    lastReadAt: null,
    nextReadAt: null,
    counts: {},
  };
  let woken = false;
  let reading = false;

  wf.setHandler(statusQuery, () => status);
  wf.setHandler(wakeSignal, () => {
    woken = true;
  });
  wf.setHandler(readNowUpdate, () => {
    woken = true;
    return { queued: reading };
  });

  const show = (next: MailboxStatus): void => {
    const shown = status;
    status = next;
    wf.setCurrentDetails(describe(next));
    upsertChanged(shown, next);
  };
  wf.setCurrentDetails(describe(status));

  while (wf.workflowInfo().historyLength < EVENTS_PER_RUN && !wf.workflowInfo().continueAsNewSuggested) {
    woken = false; // before the read: a wake during it is not lost
    reading = true;
    const outcome = await read(input.mailboxId);
    reading = false;
    if (outcome.kind === 'gone') return;
    const restMs = outcome.kind === 'read' && outcome.more ? 0 : outcome.restMs; // a backlog goes on without sleeping
    show({ ...afterRead(status, outcome), nextReadAt: later(restMs) });
    if (restMs > 0) await wf.condition(() => woken, restMs, { summary: 'until the next read' });
  }

  await wf.condition(wf.allHandlersFinished);
  await wf.continueAsNew<typeof mailboxWorkflow>({ mailboxId: input.mailboxId, carried: status });
}

type CycleOutcome =
  | Extract<ReadOutcome, { kind: 'rest' | 'gone' }>
  | (Extract<ReadOutcome, { kind: 'read' }> & { readonly left: number; readonly leftReason: string | null })
  | { readonly kind: 'fault'; readonly detail: string; readonly restMs: number };

/** One cycle: the inbox is read, what is new is handled and leaves it. A fault is an outcome, not an end. */
async function read(mailboxId: number): Promise<CycleOutcome> {
  try {
    const outcome = await readMailbox({ mailboxId });
    if (outcome.kind !== 'read') return outcome;
    if (outcome.toRemove === 0) return { ...outcome, left: 0, leftReason: null };
    const removal = await removeHandled({ mailboxId });
    return { ...outcome, left: removal.left, leftReason: removal.reason };
  } catch (error) {
    if (wf.isCancellation(error)) throw error;
    const cause = error instanceof wf.ActivityFailure ? error.cause : error;
    const detail = cause instanceof Error ? cause.message : 'the agent could not read this mailbox';
    return { kind: 'fault', detail, restMs: restAfterFaultMs };
  }
}

function afterRead(status: MailboxStatus, outcome: Exclude<CycleOutcome, { kind: 'gone' }>): MailboxStatus {
  switch (outcome.kind) {
    case 'read':
      return {
        ...status,
        ...phase(status, 'waiting', outcome.leftReason ?? ''),
        mailbox: outcome.mailbox,
        warnings: outcome.warnings ?? [],
        lastReadAt: now(),
        counts: addCounts(status.counts, outcome.counts),
      };
    case 'rest':
      return {
        ...status,
        ...phase(status, outcome.state, outcome.detail),
        mailbox: outcome.mailbox,
        warnings: outcome.warnings ?? [],
        counts: addCounts(status.counts, outcome.counts),
      };
    case 'fault':
      // Recorded histories show such a fault as `unreachable`.
      return {
        ...status,
        ...phase(status, wf.patched('system-error-2026-11') ? 'system_error' : 'unreachable', outcome.detail),
      };
  }
}

/** `since` moves only when the state does: operators ask how long something lasts. */
const phase = (
  status: MailboxStatus,
  state: MailboxStatus['state'],
  detail: string,
): Pick<MailboxStatus, 'state' | 'since' | 'detail'> => ({
  state,
  since: status.state === state ? status.since : now(),
  detail,
});

function addCounts(total: DispositionCounts, batch: DispositionCounts): DispositionCounts {
  const sum: Partial<Record<Disposition, number>> = { ...total };
  for (const disposition of dispositions) {
    const added = batch[disposition] ?? 0;
    if (added > 0) sum[disposition] = (sum[disposition] ?? 0) + added;
  }
  return sum;
}

/** What an operator reads in the Web UI (Markdown). */
function describe(status: MailboxStatus): string {
  const read = status.lastReadAt === null ? 'Not read yet' : `Last read ${clock(status.lastReadAt)}`;
  const next = status.nextReadAt === null ? '' : `, next ${clock(status.nextReadAt)}`;
  return [
    `**${status.mailbox ?? 'Mailbox'}**: ${words(status.state)} since ${clock(status.since)}.`,
    status.detail,
    ...(status.warnings ?? []).map((warning) => `**Warning**: ${warning}`),
    `${read}${next}.`,
    countsInWords(status.counts),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

const clock = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
const words = (state: string): string => state.replaceAll('_', ' ');

const countsInWords = (counts: DispositionCounts): string =>
  dispositions
    .filter((disposition) => counts[disposition] !== undefined)
    .map((disposition) => `${words(disposition)} ${String(counts[disposition])}`)
    .join(' · ') || 'no message yet';

/** Search attributes cost an event each time, so only what changed is written. */
function upsertChanged(before: MailboxStatus, after: MailboxStatus): void {
  const pairs: SearchAttributeUpdatePair[] = [];
  if (before.mailbox !== after.mailbox && after.mailbox !== null)
    pairs.push({ key: searchAttributes.mailbox, value: after.mailbox });
  if (before.state !== after.state || before.mailbox === null)
    pairs.push({ key: searchAttributes.state, value: after.state });
  if (before.detail !== after.detail)
    pairs.push({ key: searchAttributes.lastError, value: after.detail === '' ? null : after.detail.slice(0, 200) });
  const counts = countsInWords(after.counts);
  if (countsInWords(before.counts) !== counts) pairs.push({ key: searchAttributes.counts, value: counts });
  // The time of a read that found nothing is in the current details; here it would cost an event a cycle.
  if (pairs.length > 0 && after.lastReadAt !== null)
    pairs.push({ key: searchAttributes.lastReadAt, value: new Date(after.lastReadAt) });
  if (pairs.length > 0) wf.upsertSearchAttributes(pairs);
}

const now = (): string => new Date().toISOString();
const later = (ms: number): string => new Date(Date.now() + ms).toISOString();
