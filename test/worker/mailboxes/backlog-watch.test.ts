import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadOutcome } from '../../../src/activities/mailboxes/mailbox.contract.ts';
import { createBacklogWatch } from '../../../src/worker/mailboxes/backlog-watch.ts';

const read = (more: boolean): ReadOutcome => ({
  kind: 'read',
  mailbox: 'Support',
  counts: {},
  toRemove: 0,
  postponed: 0,
  more,
  restMs: 0,
});

describe('the watch for a backlog', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const watched = (...outcomes: readonly ReadOutcome[]) => {
    const left = outcomes.values();
    const backlog = createBacklogWatch();
    const activities = backlog.watch({
      readMailbox: () => Promise.resolve(left.next().value ?? { kind: 'gone' }),
      removeHandled: () => Promise.resolve({ removed: 0, left: 0, reason: null }),
    });
    return { backlog, activities };
  };

  it('sees one from a full batch on until a read that left nothing', async () => {
    const { backlog, activities } = watched(read(true), read(false));
    expect(backlog.isBeingRead()).toBe(false);
    await activities.readMailbox({ mailboxId: 1 });
    expect(backlog.isBeingRead()).toBe(true);
    await activities.readMailbox({ mailboxId: 1 });
    expect(backlog.isBeingRead()).toBe(false);
  });

  it('sees one while it is still being read', async () => {
    const { backlog, activities } = watched(read(false));
    backlog.note(1);
    expect(backlog.isBeingRead()).toBe(true);
    await activities.readMailbox({ mailboxId: 1 });
    expect(backlog.isBeingRead()).toBe(false);
  });

  it('sees that of one mailbox behind the empty inbox of another', async () => {
    const { backlog, activities } = watched(read(true), read(false));
    await activities.readMailbox({ mailboxId: 1 });
    await activities.readMailbox({ mailboxId: 2 });
    expect(backlog.isBeingRead()).toBe(true);
  });

  it('forgets a mailbox that another worker goes on with', async () => {
    const { backlog, activities } = watched(read(true));
    await activities.readMailbox({ mailboxId: 1 });
    vi.advanceTimersByTime(10_000);
    expect(backlog.isBeingRead()).toBe(false);
  });
});
