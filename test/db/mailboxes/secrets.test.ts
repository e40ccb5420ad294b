import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox, mailboxSecretPlace, SecretKeyError, secretKeyId } from '../../../src/db/mailboxes/secrets.ts';

const oldKey = randomBytes(32);
const newKey = randomBytes(32);
const place = mailboxSecretPlace(7, 'password');

describe('a secret', () => {
  it.each(['hunter2', '', 'pässwörd 🔑', 'x'.repeat(10_000)])('comes back as it was: %j', (secret) => {
    const box = createSecretBox([newKey]);
    expect(box.open(box.seal(secret, place), place)).toBe(secret);
  });

  it('is sealed differently each time, with the id of its key', () => {
    const box = createSecretBox([newKey]);
    const sealed = box.seal('hunter2', place);
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9+/]+=*$/);
    expect(sealed.split('.')[1]).toBe(secretKeyId(newKey));
    expect(box.seal('hunter2', place)).not.toBe(sealed);
  });

  it('opens in no other place than its own', () => {
    const box = createSecretBox([newKey]);
    const sealed = box.seal('hunter2', place);
    expect(() => box.open(sealed, mailboxSecretPlace(8, 'password'))).toThrow(SecretKeyError);
    expect(() => box.open(sealed, mailboxSecretPlace(7, 'client_secret'))).toThrow(SecretKeyError);
  });

  it('opens with an older key after a rotation, and is not current then', () => {
    const sealed = createSecretBox([oldKey]).seal('hunter2', place);
    const rotated = createSecretBox([newKey, oldKey]);
    expect(rotated.open(sealed, place)).toBe('hunter2');
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(rotated.isCurrent(rotated.seal('hunter2', place))).toBe(true);
  });

  it('opens with a key that came while the box was in use, which seals from then on; the earlier one still opens', () => {
    let keys: readonly [Uint8Array, ...Uint8Array[]] = [oldKey];
    const box = createSecretBox([oldKey], () => keys);
    const early = box.seal('early', place);
    keys = [newKey];
    expect(box.open(createSecretBox([newKey]).seal('hunter2', place), place)).toBe('hunter2');
    expect(box.open(early, place)).toBe('early');
    keys = [oldKey];
    box.seal('', place);
    keys = [newKey];
    expect(box.seal('late', place).split('.')[1]).toBe(secretKeyId(newKey));
  });

  it('is not sealed while the key cannot be read, and what is known still opens', () => {
    const box = createSecretBox([oldKey], () => {
      throw new Error('the disk is away');
    });
    expect(() => box.seal('hunter2', place)).toThrow(SecretKeyError);
    expect(box.open(createSecretBox([oldKey]).seal('hunter2', place), place)).toBe('hunter2');
    expect(() => box.open(createSecretBox([newKey]).seal('hunter2', place), place)).toThrow('another key');
  });

  it('without its key is an error that names both keys by id and says what to do', () => {
    const sealed = createSecretBox([oldKey]).seal('hunter2', place);
    expect(() => createSecretBox([newKey]).open(sealed, place)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(secretKeyId(oldKey)) as string,
        remedy: expect.stringContaining('TSA_SECRET_KEY') as string,
      }),
    );
  });

  it.each([
    ['changed', (sealed: string) => sealed.replace(/.{6}$/, 'AAAA==')],
    ['cut off', (sealed: string) => sealed.slice(0, 20)],
    ['of another version', (sealed: string) => sealed.replace('v1', 'v2')],
    ['no sealed text at all', () => 'hunter2'],
  ])('that is %s is an error', (_name, damage) => {
    const box = createSecretBox([newKey]);
    expect(() => box.open(damage(box.seal('hunter2', place)), place)).toThrow(SecretKeyError);
  });

  it('is sealed with a key of 32 bytes and no other', () => {
    expect(() => createSecretBox([randomBytes(16)])).toThrow(SecretKeyError);
  });
});
