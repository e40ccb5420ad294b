import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMailbox, readMailboxSecrets, updateMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { mailboxes } from '../../../src/db/schema/index.ts';
import {
  changeSecretKey,
  countSecretsByKey,
  dropUnusedKeys,
  resealMailboxSecrets,
} from '../../../src/db/mailboxes/secret-rotation.ts';
import { createSecretBox, SecretKeyError, secretKeyId } from '../../../src/db/mailboxes/secrets.ts';
import { mailboxForm, useDatabase } from '../fixtures.ts';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const [oldBox, newBox] = [createSecretBox([oldKey]), createSecretBox([newKey])];
const { db } = useDatabase();
const noNote = () => Promise.resolve();
const counts = async () => Object.fromEntries(await countSecretsByKey(db()));

beforeEach(() => db().delete(mailboxes));

describe('a change of the secret key', () => {
  const make = async (secrets: object) => createMailbox(db(), oldBox, { ...(await mailboxForm(db())), ...secrets });

  it('seals every secret with the new key and changes nothing else', async () => {
    const { id } = await make({ password: 'hunter2', clientSecret: 'of the application' });
    const other = await make({ password: 'other' });
    const before = await db().select().from(mailboxes).where(eq(mailboxes.id, id));
    expect(await counts()).toEqual({ [secretKeyId(oldKey)]: 3 });
    const noted: number[] = [];
    const values = await changeSecretKey(db(), {
      current: () => oldBox,
      next: () => newBox,
      note: (_tx, count) => Promise.resolve(void noted.push(count)),
    });
    expect([values, noted]).toEqual([3, [3]]);
    expect(await counts()).toEqual({ [secretKeyId(newKey)]: 3 });
    expect(await readMailboxSecrets(db(), newBox, id)).toEqual({
      password: 'hunter2',
      clientSecret: 'of the application',
    });
    expect(await readMailboxSecrets(db(), newBox, other.id)).toEqual({ password: 'other', clientSecret: null });
    const after = await db().select().from(mailboxes).where(eq(mailboxes.id, id));
    const form = ({ passwordEncrypted, clientSecretEncrypted, ...rest }: (typeof after)[0] & object) => [
      rest,
      typeof passwordEncrypted,
      typeof clientSecretEncrypted,
    ];
    expect(after.map(form)).toEqual(before.map(form));
  });

  it('changes nothing when one secret cannot be opened, and does not ask for the new key', async () => {
    const { id } = await make({ password: 'hunter2' });
    await createMailbox(db(), createSecretBox([randomBytes(32)]), { ...(await mailboxForm(db())), password: 'x' });
    const next = () => {
      throw new Error('asked for');
    };
    await expect(changeSecretKey(db(), { current: () => oldBox, next, note: noNote })).rejects.toThrow(SecretKeyError);
    expect(await readMailboxSecrets(db(), oldBox, id)).toMatchObject({ password: 'hunter2' });
  });

  it('leaves nothing behind that is being saved meanwhile', async () => {
    let keys: readonly [Uint8Array] = [oldKey];
    const runningBox = createSecretBox([oldKey], () => keys);
    const { id } = await make({ password: 'hunter2' });
    const form = await mailboxForm(db());
    const saves = Array.from({ length: 8 }, (_, index) =>
      updateMailbox(db(), runningBox, id, { ...form, password: `saved ${String(index)}` }),
    );
    const change = changeSecretKey(db(), {
      current: () => oldBox,
      next: () => {
        keys = [newKey];
        return newBox;
      },
      note: noNote,
    });
    await Promise.all([...saves, change]);
    expect(await counts()).toEqual({ [secretKeyId(newKey)]: 1 });
    expect((await readMailboxSecrets(db(), runningBox, id)).password).toMatch(/^saved \d$/);
  });

  it('names the keys that are still in use', async () => {
    await make({ password: 'hunter2' });
    let used: ReadonlySet<string> | undefined;
    await dropUnusedKeys(db(), (ids) => {
      used = ids;
    });
    expect(used).toEqual(new Set([secretKeyId(oldKey)]));
  });
});

describe('keys of the environment', () => {
  it('change in two steps, and every process opens what the others seal', async () => {
    const form = await mailboxForm(db());
    const { id } = await createMailbox(db(), oldBox, { ...form, password: 'hunter2' });
    const firstStep = createSecretBox([oldKey, newKey]);
    const secondStep = createSecretBox([newKey, oldKey]);

    expect(await resealMailboxSecrets(db(), firstStep)).toBe(0);
    await updateMailbox(db(), firstStep, id, { ...form, password: 'saved by the first step' });
    expect(await readMailboxSecrets(db(), oldBox, id)).toMatchObject({ password: 'saved by the first step' });

    expect(await resealMailboxSecrets(db(), secondStep)).toBe(1);
    expect(await readMailboxSecrets(db(), firstStep, id)).toMatchObject({ password: 'saved by the first step' });
    expect(await counts()).toEqual({ [secretKeyId(newKey)]: 1 });
    expect(await readMailboxSecrets(db(), newBox, id)).toMatchObject({ password: 'saved by the first step' });
  });

  it('without the one that is needed change nothing', async () => {
    const { id } = await createMailbox(db(), oldBox, { ...(await mailboxForm(db())), password: 'hunter2' });
    await expect(resealMailboxSecrets(db(), newBox)).rejects.toThrow(
      `encrypted with another key (${secretKeyId(oldKey)})`,
    );
    expect(await readMailboxSecrets(db(), oldBox, id)).toMatchObject({ password: 'hunter2' });
  });
});
