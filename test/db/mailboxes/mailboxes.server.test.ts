import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { brokenConstraint } from '../../../src/db/shared/errors.ts';
import {
  deleteMailbox,
  findMailbox,
  findOptionalMailbox,
  isSwitchedOn,
  listMailboxes,
  readMailboxSecrets,
  recordMailboxState,
  updateMailbox,
} from '../../../src/db/mailboxes/mailboxes.ts';
import { mailboxes, settings } from '../../../src/db/schema/index.ts';
import { readSettings, updateSettings } from '../../../src/db/settings/settings.ts';
import { mailbox, mailboxForm, now, secretBox, useDatabase } from '../fixtures.ts';

const { db, sql } = useDatabase();

describe('a mailbox', () => {
  it('shows whether it has secrets, and stores none of them in clear', async () => {
    const made = await mailbox(db());
    expect(made).toMatchObject({ hasPassword: true, hasClientSecret: false, revision: 1, state: 'waiting' });
    expect(await findMailbox(db(), made.id)).toEqual(made);
    const [row] = await sql()`select to_jsonb(mailboxes)::text as stored from mailboxes where id = ${made.id}`;
    expect(row?.['stored']).not.toContain('hunter2');
    expect(await readMailboxSecrets(db(), secretBox, made.id)).toEqual({ password: 'hunter2', clientSecret: null });
  });

  it('keeps a secret that a change does not name, and clears it with null', async () => {
    const { id } = await mailbox(db());
    const form = await mailboxForm(db());
    await updateMailbox(db(), secretBox, id, { ...form, port: 143, clientSecret: 'of the app' });
    expect(await readMailboxSecrets(db(), secretBox, id)).toEqual({ password: 'hunter2', clientSecret: 'of the app' });
    const changed = await updateMailbox(db(), secretBox, id, { ...form, password: null });
    expect(changed).toMatchObject({ hasPassword: false, hasClientSecret: true, revision: 3 });
  });

  it('is not changed over what somebody else changed meanwhile', async () => {
    const { id } = await mailbox(db());
    const form = await mailboxForm(db());
    await updateMailbox(db(), secretBox, id, form, 1);
    await expect(updateMailbox(db(), secretBox, id, form, 1)).rejects.toMatchObject({
      rule: 'mailbox_changed',
    });
    await expect(updateMailbox(db(), secretBox, 0, form)).rejects.toThrow('There is no mailbox 0.');
  });

  it('has a name of its own, in whatever case, until it is deleted', async () => {
    const made = await mailbox(db(), { name: 'Unique' });
    await expect(mailbox(db(), { name: 'UNIQUE' })).rejects.toMatchObject({ rule: 'mailboxes_name_once' });
    await deleteMailbox(db(), made.id, now);
    expect((await mailbox(db(), { name: 'unique' })).id).not.toBe(made.id);
  });

  it('is gone with its secrets when deleted, while its row stays for its messages', async () => {
    const made = await mailbox(db());
    await deleteMailbox(db(), made.id, now);
    expect(await findOptionalMailbox(db(), made.id)).toBeUndefined();
    expect((await listMailboxes(db())).map(({ id }) => id)).not.toContain(made.id);
    expect(await db().select().from(mailboxes).where(eq(mailboxes.id, made.id))).toMatchObject([
      { passwordEncrypted: null, deletedAt: now },
    ]);
    await expect(deleteMailbox(db(), made.id, now)).rejects.toThrow('There is no mailbox');
  });

  it('counts failures in a row and knows since when its state lasts', async () => {
    const { id } = await mailbox(db());
    const failure = {
      state: 'unreachable',
      detail: 'It does not answer.',
      readAt: null,
      nextReadAt: null,
      failed: true,
    } as const;
    expect(await recordMailboxState(db(), id, failure)).toBe(1);
    const first = await findMailbox(db(), id);
    expect(await recordMailboxState(db(), id, failure)).toBe(2);
    expect((await findMailbox(db(), id)).stateSince).toBe(first.stateSince);
    expect(
      await recordMailboxState(db(), id, { ...failure, state: 'waiting', detail: '', readAt: now, failed: false }),
    ).toBe(0);
    expect(await findMailbox(db(), id)).toMatchObject({ state: 'waiting', lastReadAt: now, revision: 1 });
  });
});

describe('the switches', () => {
  it('let a mailbox be read only while the agent is on and it is active and not deleted', async () => {
    const [on, inactive, deleted] = [await mailbox(db()), await mailbox(db(), { active: false }), await mailbox(db())];
    await deleteMailbox(db(), deleted.id, now);
    expect(await isSwitchedOn(db(), on.id)).toBe(true);
    expect(await isSwitchedOn(db(), inactive.id)).toBe(false);
    expect(await isSwitchedOn(db(), deleted.id)).toBe(false);
    await updateSettings(db(), { agentEnabled: false });
    expect(await isSwitchedOn(db(), on.id)).toBe(false);
    await updateSettings(db(), { agentEnabled: true });
    expect(await isSwitchedOn(db(), on.id)).toBe(true);
  });
});

describe('the settings', () => {
  it('have defaults until they are set', async () => {
    expect(await readSettings(db())).toMatchObject({ rawRetentionDays: 30, loopLimit: 20, batchMaxMessages: 50 });
    expect(await updateSettings(db(), { rawRetentionDays: 7 })).toMatchObject({ rawRetentionDays: 7, loopLimit: 20 });
  });

  it('have the address of the first mailbox as return address until one is set, none included', async () => {
    const first = await mailbox(db());
    expect(await readSettings(db())).toMatchObject({ supportReturnEmailAddress: first.address });
    expect(await updateSettings(db(), { supportReturnEmailAddress: null })).toMatchObject({
      supportReturnEmailAddress: null,
    });
    await db().delete(settings).where(eq(settings.key, 'supportReturnEmailAddress'));
  });

  it('take the address of a mailbox as return address, and no other', async () => {
    await mailbox(db());
    await expect(updateSettings(db(), { supportReturnEmailAddress: 'x@aef.com', loopLimit: 3 })).rejects.toMatchObject({
      rule: 'support_return_address_of_mailbox',
    });
    expect(await readSettings(db())).toMatchObject({ supportReturnEmailAddress: 'support@aef.com', loopLimit: 20 });
    await updateSettings(db(), { supportReturnEmailAddress: 'Support@AEF.com' });
    expect(await updateSettings(db(), { loopLimit: 5 })).toMatchObject({
      supportReturnEmailAddress: 'support@aef.com',
    });
  });

  it('are refused out of their bounds', async () => {
    await expect(updateSettings(db(), { rawRetentionDays: 0 })).rejects.toThrow();
  });
});

describe('the operation log', () => {
  it('refuses to be changed, emptied or shortened', async () => {
    await sql()`insert into operation_log (at, level, operation, who, who_kind, result) values (now(), 'info', 'x', 'x', 'system', 'x')`;
    for (const statement of ['update operation_log set who = 1', 'delete from operation_log', 'truncate operation_log'])
      await expect(sql().unsafe(statement)).rejects.toThrow('append only');
  });
});

describe('a broken constraint', () => {
  it('is known by its name', async () => {
    const error: unknown = await mailbox(db(), { readIntervalMinutes: 0 }).then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(brokenConstraint(error)).toBe('mailboxes_interval_positive');
    expect(brokenConstraint(new Error('another one'))).toBeNull();
  });
});
