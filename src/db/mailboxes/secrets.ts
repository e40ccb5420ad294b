import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** A stored secret cannot be read with the keys there are. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError';
  /** What the administrator can do about it. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

export interface SecretBox {
  /** `place` says where the secret is kept: sealed for one place it opens in no other. */
  seal(secret: string, place: string): string;
  /** Throws SecretKeyError. */
  open(sealed: string, place: string): string;
  /** Sealed with the first key. False: seal it anew, so that an older key can go. */
  isCurrent(sealed: string): boolean;
  /** A keyed hash of a text, by a key derived from the first one; 20 hex digits. */
  mac(text: string): string;
  /** Whether a keyed hash was made by one of the keys. In constant time for each. */
  verifiesMac(text: string, mac: string): boolean;
}

/** 32 bytes each; the first one seals. */
type SecretKeys = readonly [Uint8Array, ...Uint8Array[]];

export type SecretField = 'password' | 'client_secret';

export const mailboxSecretPlace = (mailboxId: number, field: SecretField): string => `mailbox:${mailboxId}:${field}`;

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The first eight hex digits of the key's SHA-256: names the key without telling anything of it. */
export const secretKeyId = (key: Uint8Array): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

/**
 * AES-256-GCM with a random 96-bit nonce: `v1.<key id>.<base64 of nonce, ciphertext and tag>`. The first key seals; the others only
 * open what was sealed before it. With `reread` the keys may change while the box is in use: it is asked before each sealing,
 * and for a value of a key that is not known; a key once known goes on opening. Throws SecretKeyError for a key that is not 32 bytes
 * long.
 */
export const createSecretBox = (keys: SecretKeys, reread?: () => SecretKeys): SecretBox => {
  const keyById = new Map<string, Uint8Array>();
  const learn = (known: SecretKeys): { readonly key: Uint8Array; readonly id: string } => {
    for (const key of known) keyById.set(idOfUsable(key), key);
    return { key: known[0], id: secretKeyId(known[0]) };
  };
  let current = learn(keys);
  const learnAnew = (): void => {
    if (reread !== undefined) current = learn(reread());
  };
  return {
    seal(secret, place) {
      try {
        learnAnew();
      } catch (cause) {
        throw new SecretKeyError(
          'The secret key cannot be read, and what is encrypted with another one might never be opened again.',
          'See tsa doctor.',
          { cause },
        );
      }
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${current.id}.${sealed.toString('base64')}`;
    },
    open(sealed, place) {
      const [version, keyId, encoded, ...rest] = sealed.split('.');
      if (version !== 'v1' || keyId === undefined || encoded === undefined || rest.length > 0)
        throw new SecretKeyError(
          'A stored secret is damaged.',
          'Enter the password or client secret of the mailbox again.',
        );
      if (!keyById.has(keyId)) ignoringFaults(learnAnew);
      const key = keyById.get(keyId);
      if (key === undefined)
        throw new SecretKeyError(
          `A stored secret was encrypted with another key (${keyId}) than the one in use (${current.id}).`,
          'Set TSA_SECRET_KEY to the key that was used so far (or TSA_OLD_SECRET_KEYS, or restore the file secret-key), or enter the password or client secret of the mailbox again.',
        );
      return decrypt(key, Buffer.from(encoded, 'base64'), place);
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${current.id}.`),
    mac: (text) => macOf(current.key, text),
    verifiesMac: (text, mac) =>
      mac.length === macDigits &&
      [...keyById.values()].some((key) =>
        timingSafeEqual(Buffer.from(macOf(key, text)), Buffer.from(mac.padEnd(macDigits))),
      ),
  };
};

const macDigits = 20;

/** The key itself only ever encrypts: hashes have one derived from it (RFC 5869). */
const macOf = (key: Uint8Array, text: string): string => {
  const derived = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'tsa keyed hash', keyBytes));
  return createHmac('sha256', derived).update(text).digest('hex').slice(0, macDigits);
};

const idOfUsable = (key: Uint8Array): string => {
  if (key.byteLength === keyBytes) return secretKeyId(key);
  throw new SecretKeyError(
    'A secret key is not 32 bytes long.',
    'Set TSA_SECRET_KEY to 32 random bytes in base64, for example from: openssl rand -base64 32',
  );
};

/** The caller goes on with the keys it has, and says what is wrong with those. */
const ignoringFaults = (work: () => void): void => {
  try {
    work();
  } catch {
    return;
  }
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
