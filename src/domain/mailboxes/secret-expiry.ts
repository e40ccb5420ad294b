import type { SecretInput } from './mailbox-draft.ts';

export interface SecretWarning {
  readonly code: 'secret_expires' | 'secret_expired';
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** Days before the expiry from which on it is told, inclusive (spec §2). */
export const secretWarningDays = 14;

/** `yyyy-mm-dd`, from the year 2000 on. */
export const isDay = (text: string): boolean => {
  const at = /^2\d{3}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/** The date is that of the client secret where one is stored, otherwise of the password. */
export interface DatedSecret {
  /** `yyyy-mm-dd`. */
  readonly secretExpiresAt: string | null;
  readonly hasClientSecret: boolean;
}

/** Whether the date is still that of the secret it was entered for, after a change that names no date. */
export const keepsSecretExpiry = (
  { hasClientSecret }: DatedSecret,
  change: { readonly password: SecretInput; readonly clientSecret: SecretInput },
): boolean => change.clientSecret === undefined && (hasClientSecret || change.password === undefined);

const dayMs = 86_400_000;

/** `now`: ISO 8601 UTC; days are counted in UTC. Null when no date is entered, or it is far. */
export const secretWarning = ({ secretExpiresAt, hasClientSecret }: DatedSecret, now: string): SecretWarning | null => {
  if (secretExpiresAt === null) return null;
  const daysLeft = Math.round((Date.parse(secretExpiresAt) - Date.parse(now.slice(0, 10))) / dayMs);
  if (daysLeft > secretWarningDays) return null;
  const secret = hasClientSecret ? 'client secret' : 'password';
  if (daysLeft < 0)
    return {
      code: 'secret_expired',
      message: `The ${secret} expired on ${secretExpiresAt}.`,
      remedy: `Make a new ${secret} and enter it together with its date; if it is still good, correct the date.`,
    };
  return {
    code: 'secret_expires',
    message: `The ${secret} expires on ${secretExpiresAt}, ${inDays(daysLeft)}.`,
    remedy: `Make a new ${secret} before that and enter it together with its date.`,
  };
};

const inDays = (days: number): string => {
  if (days === 0) return 'today';
  return days === 1 ? 'tomorrow' : `in ${String(days)} days`;
};
