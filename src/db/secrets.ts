import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A stored secret cannot be read with the keys there are. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError';
  /** What the administrator can do about it. */
  readonly cure: string;

  constructor(message: string, cure: string, options?: ErrorOptions) {
    super(message, options);
    this.cure = cure;
  }
}

export interface SecretBox {
  /** `place` says where the secret is kept: sealed for one place it opens in no other. */
  seal(secret: string, place: string): string;
  /** Throws SecretKeyError. */
  open(sealed: string, place: string): string;
  /** Sealed with the first key. False: seal it anew, so that an older key can go. */
  isCurrent(sealed: string): boolean;
}

export type SecretField = 'password' | 'client_secret';

export const mailboxSecretPlace = (mailboxId: number, field: SecretField): string => `mailbox:${mailboxId}:${field}`;

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The first eight hex digits of the key's SHA-256: names the key without telling anything of it. */
export const secretKeyId = (key: Uint8Array): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

/**
 * AES-256-GCM with a random 96-bit nonce: `v1.<key id>.<base64 of nonce, ciphertext and tag>`. The first key seals; the others only
 * open what was sealed before it. Throws SecretKeyError for a key that is not 32 bytes long.
 */
export const createSecretBox = (keys: readonly [Uint8Array, ...Uint8Array[]]): SecretBox => {
  if (keys.some((key) => key.byteLength !== keyBytes))
    throw new SecretKeyError(
      'A secret key is not 32 bytes long.',
      'Set TSA_SECRET_KEY to 32 random bytes in base64, for example from: openssl rand -base64 32',
    );
  const [current] = keys;
  const currentId = secretKeyId(current);
  const keyById = new Map(keys.map((key) => [secretKeyId(key), key]));
  return {
    seal(secret, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${currentId}.${sealed.toString('base64')}`;
    },
    open(sealed, place) {
      const [version, keyId, encoded, ...rest] = sealed.split('.');
      if (version !== 'v1' || keyId === undefined || encoded === undefined || rest.length > 0)
        throw new SecretKeyError(
          'A stored secret is damaged.',
          'Enter the password or client secret of the mailbox again.',
        );
      const key = keyById.get(keyId);
      if (key === undefined)
        throw new SecretKeyError(
          `A stored secret was encrypted with another key (${keyId}) than the one in use (${currentId}).`,
          'Set TSA_SECRET_KEY to the key that was used so far, or enter the password or client secret of the mailbox again.',
        );
      return decrypt(key, Buffer.from(encoded, 'base64'), place);
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${currentId}.`),
  };
};

const decrypt = (key: Uint8Array, bytes: Buffer, place: string): string => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SecretKeyError(
      'A stored secret was changed since it was encrypted, or belongs to another mailbox.',
      'Enter the password or client secret of the mailbox again.',
      { cause },
    );
  }
};
