import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../src/mail/connection/retry-after.ts';

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.for([
    { header: '120', ms: 120_000 },
    { header: ' 0 ', ms: 0 },
    { header: 'Thu, 01 Jan 2026 00:01:30 GMT', ms: 90_000 },
    { header: 'Wed, 31 Dec 2025 23:00:00 GMT', ms: 0 },
    { header: 'soon', ms: undefined },
    { header: '99999999999999', ms: undefined },
    { header: null, ms: undefined },
  ])('of $header is $ms ms from now', ({ header, ms }) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
