import { describe, expect, it } from 'vitest';
import { isDay, keepsSecretExpiry, secretWarning } from '../../../src/domain/mailboxes/secret-expiry.ts';

describe('the warning of a secret that expires', () => {
  const now = '2026-11-24T23:59:59.999Z';
  const of = (secretExpiresAt: string | null, hasClientSecret = true) =>
    secretWarning({ secretExpiresAt, hasClientSecret }, now);

  it.each([
    { expires: null, message: undefined },
    { expires: '2026-12-09', message: undefined },
    { expires: '2026-12-08', message: 'The client secret expires on 2026-12-08, in 14 days.' },
    { expires: '2026-11-25', message: 'The client secret expires on 2026-11-25, tomorrow.' },
    { expires: '2026-11-24', message: 'The client secret expires on 2026-11-24, today.' },
    { expires: '2026-11-23', message: 'The client secret expired on 2026-11-23.' },
    { expires: '2020-02-29', message: 'The client secret expired on 2020-02-29.' },
  ])('says "$message" on 24 November for $expires', ({ expires, message }) => {
    expect(of(expires)?.message).toBe(message);
  });

  it('speaks of the password where there is no client secret, and says what to do', () => {
    expect(of('2026-11-30', false)).toEqual({
      code: 'secret_expires',
      message: 'The password expires on 2026-11-30, in 6 days.',
      remedy: 'Make a new password before that and enter it together with its date.',
    });
    expect(of('2026-11-01', false)).toMatchObject({ code: 'secret_expired' });
  });
});

describe('a day', () => {
  it.each(['2027-03-31', '2028-02-29'])('is %s', (text) => {
    expect(isDay(text)).toBe(true);
  });
  it.each(['2027-02-29', '2027-13-01', '2027-00-10', '31/03/2027', '2027-3-1', '1999-12-31', '2027-03-31T00:00Z', ''])(
    'is not %j',
    (text) => {
      expect(isDay(text)).toBe(false);
    },
  );
});

describe('the date of expiry', () => {
  const kept = (hasClientSecret: boolean, change: object) =>
    keepsSecretExpiry(
      { secretExpiresAt: '2027-03-31', hasClientSecret },
      { password: undefined, clientSecret: undefined, ...change },
    );

  it('stays while the secret it belongs to stays', () => {
    expect(kept(true, {})).toBe(true);
    expect(kept(true, { password: 'new' })).toBe(true);
    expect(kept(false, {})).toBe(true);
  });

  it('goes with the secret it belongs to', () => {
    expect(kept(true, { clientSecret: 'new' })).toBe(false);
    expect(kept(true, { clientSecret: null })).toBe(false);
    expect(kept(false, { password: 'new' })).toBe(false);
    expect(kept(false, { clientSecret: 'the first one' })).toBe(false);
  });
});
