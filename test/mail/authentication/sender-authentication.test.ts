import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { describe, expect, it } from 'vitest';
import { createSenderVerifier } from '../../../src/mail/authentication/sender-verifier.ts';
import { soleSender } from '../../../src/domain/handling/facts-query.ts';
import { authenticateSender, type DNSResolver } from '../../../src/mail/authentication/sender-authentication.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const record = `v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`;

/** A fixed zone: the good ones and the attacker have keys and policies of their own. */
const zone: Readonly<Record<string, string>> = {
  's._domainkey.aef.com': record,
  's._domainkey.sub.aef.com': record,
  's._domainkey.evil.test': record,
  '_dmarc.aef.com': 'v=DMARC1; p=reject; adkim=s',
  '_dmarc.evil.test': 'v=DMARC1; p=reject',
};
const resolver: DNSResolver = (name, type) => {
  const text = type === 'TXT' ? zone[name] : undefined;
  return text === undefined
    ? Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
    : Promise.resolve([[text]]);
};

const mail = (from: string): string =>
  [
    ...from.split('\r\n'),
    'To: support@aef.com',
    'Subject: RE: approval',
    'Date: Tue, 24 Nov 2026 08:00:00 +0000',
    'Message-ID: <1@aef.com>',
    '',
    "@OPERATION@='SOLVE' @RFC_NUMBER@='I261123_000001' @CHOICE@='1'",
    '',
  ].join('\r\n');

const signed = async (raw: string, domain: string): Promise<Buffer> => {
  const key = { signingDomain: domain, selector: 's', privateKey: keys.privateKey };
  // The types ask for the key itself, the signer for a list of them.
  const { signatures } = await dkimSign(raw, { ...key, canonicalization: 'relaxed/relaxed', signatureData: [key] });
  expect(signatures).toContain('DKIM-Signature');
  return Buffer.from(signatures + raw);
};

const verdict = async (raw: Uint8Array, use: DNSResolver = resolver) => {
  const reading = await parseMime(raw, defaultMimeLimits);
  if (!reading.ok) return 'unreadable';
  const from = soleSender(reading.message)?.address.toLowerCase() ?? null;
  const { headers } = reading.message;
  return authenticateSender({ mode: 'verify', servers: [], from, headers, raw }, use);
};

describe('A03: verification of a mail', () => {
  it('passes what the domain of its sender signed', async () => {
    expect(await verdict(await signed(mail('From: Boss <boss@aef.com>'), 'aef.com'))).toBe('pass');
  });

  it('proves nothing without a signature', async () => {
    expect(await verdict(Buffer.from(mail('From: boss@aef.com')))).toBe('none');
  });

  it("fails what was changed after the domain's signature", async () => {
    const raw = (await signed(mail('From: boss@aef.com'), 'aef.com')).toString();
    expect(await verdict(Buffer.from(raw.replace("@CHOICE@='1'", "@CHOICE@='0'")))).toBe('fail');
  });

  it('proves nothing by the signature of another domain', async () => {
    expect(await verdict(await signed(mail('From: boss@aef.com'), 'evil.test'))).toBe('none');
  });

  it('proves nothing by the key of a domain below where the policy is strict', async () => {
    expect(await verdict(await signed(mail('From: boss@aef.com'), 'sub.aef.com'))).toBe('none');
  });

  it('proves nothing where the domain has no policy', async () => {
    expect(await verdict(await signed(mail('From: boss@sub.aef.com'), 'aef.com'))).not.toBe('pass');
  });

  it('proves nothing while DNS does not answer', async () => {
    const raw = await signed(mail('From: boss@aef.com'), 'aef.com');
    const away: DNSResolver = () => Promise.reject(Object.assign(new Error('server failure'), { code: 'ESERVFAIL' }));
    expect(await verdict(raw, away)).toBe('none');
  });

  const body = "@OPERATION@='SOLVE'";
  const limited = async (length: number): Promise<string> => {
    const raw = mail('From: boss@aef.com').replace(/\r\n\r\n.*$/su, `\r\n\r\nYes.\r\n`);
    const key = { signingDomain: 'aef.com', selector: 's', privateKey: keys.privateKey };
    const { signatures } = await dkimSign(raw, {
      ...key,
      canonicalization: 'relaxed/relaxed',
      signatureData: [{ ...key, maxBodyLength: length }],
    });
    expect(signatures).toContain(`l=${String(length)};`);
    return signatures + raw;
  };

  it('S-11: proves nothing by a signature over a part of the body', async () => {
    expect(await verdict(Buffer.from(`${await limited(6)}${body}\r\n`))).toBe('none');
    expect(await verdict(Buffer.from(await limited(0)))).toBe('none');
    expect(await verdict(Buffer.from(await limited(6)))).toBe('pass');
  });

  it.each([
    ['Content-Type: text/html'],
    ['Content-Transfer-Encoding: base64'],
    ['In-Reply-To: <x@aef.com>'],
    ['References: <x@aef.com>'],
    ['subject: another'],
    ['Date: Tue, 24 Nov 2026 09:00:00 +0000'],
  ])('S-11: proves nothing where %s was added to what was signed', async (field) => {
    const raw = (await signed(mail('From: boss@aef.com'), 'aef.com')).toString();
    expect(await verdict(Buffer.from(`${field}\r\n${raw}`))).toBe('none');
    expect(await verdict(Buffer.from(raw.replace('\r\n\r\n', `\r\n${field}\r\n\r\n`)))).not.toBe('pass');
    const whole = await signed(
      mail(`From: boss@aef.com\r\nContent-Type: text/plain\r\nIn-Reply-To: <x@aef.com>`),
      'aef.com',
    );
    expect(await verdict(whole)).toBe('pass');
  });

  it('S-25: more than ten signatures are not looked at', async () => {
    const raw = (await signed(mail('From: boss@aef.com'), 'aef.com')).toString();
    const asked: string[] = [];
    const watching: DNSResolver = (name, type) => {
      asked.push(name);
      return resolver(name, type);
    };
    const bad = (spelling: string, count: number) =>
      Array.from(
        { length: count },
        (_, index) => `${spelling}: v=1; a=rsa-sha256; d=aef.com; s=s; l=${String(index)}; h=from; bh=x; b=x\r\n`,
      ).join('');
    expect(await verdict(Buffer.from(bad('DKIM-Signature', 10) + raw), watching)).toBe('none');
    expect(await verdict(Buffer.from(bad('dkim-signature ', 10) + raw), watching)).toBe('none');
    expect(asked).toEqual([]);
    expect(await verdict(Buffer.from(bad('DKIM-Signature', 9) + raw), watching)).toBe('pass');
  });

  it('S-25: works in a thread of its own', async () => {
    const verifier = createSenderVerifier();
    try {
      const raw = Buffer.from(mail('From: boss@aef.invalid'));
      const request = { servers: [], from: 'boss@aef.invalid', headers: [], raw };
      expect(await verifier.authenticate({ ...request, mode: 'verify' })).toBe('none');
      expect(await verifier.authenticate({ ...request, mode: 'off' })).toBe('off');
    } finally {
      await verifier.close();
    }
  });

  it('is off where the mailbox says so', async () => {
    const raw = await signed(mail('From: boss@aef.com'), 'aef.com');
    expect(
      await authenticateSender({ mode: 'off', servers: [], from: 'boss@aef.com', headers: [], raw }, resolver),
    ).toBe('off');
  });
});

describe("A04: tricks with From, under the attacker's own valid signature", () => {
  it.each([
    ['two addresses, the victim first', 'From: boss@aef.com, mallory@evil.test'],
    ['two addresses, the attacker first', 'From: mallory@evil.test, boss@aef.com'],
    ['two From fields', 'From: boss@aef.com\r\nFrom: mallory@evil.test'],
    ['two From fields, the other way round', 'From: mallory@evil.test\r\nFrom: boss@aef.com'],
    [
      'the victim as an encoded word',
      `From: =?utf-8?B?${Buffer.from('<boss@aef.com>').toString('base64')}?=, <mallory@evil.test>`,
    ],
    ['the victim as a display name', 'From: "boss@aef.com" <mallory@evil.test>'],
    ['the victim as a bare display name', 'From: boss@aef.com <mallory@evil.test>'],
    ['two angle addresses', 'From: <boss@aef.com><mallory@evil.test>'],
    ['a route', 'From: <@evil.test,@x:boss@aef.com>'],
    ['a group', 'From: team: boss@aef.com, mallory@evil.test;'],
    ['a group of the victim before the attacker', 'From: boss@aef.com:mallory@evil.test;'],
    ['a comment', 'From: boss@aef.com (<mallory@evil.test>)'],
    ['a quoted local part', 'From: "boss@aef.com>"@evil.test'],
    ['a space before the colon', 'From : boss@aef.com\r\nFrom: mallory@evil.test'],
    ['a null byte', 'From: boss@aef.com\0@evil.test'],
    ['a folded field', 'From:\r\n boss@aef.com,\r\n mallory@evil.test'],
    ['a lower-case field beside', 'from: boss@aef.com\r\nFrom: mallory@evil.test'],
    ['a Sender of the victim', 'From: mallory@evil.test\r\nSender: boss@aef.com'],
    ['a Reply-To of the victim', 'From: mallory@evil.test\r\nReply-To: boss@aef.com'],
  ])('%s: never proves the victim', async (_name, from) => {
    const raw = await signed(mail(from), 'evil.test');
    const reading = await parseMime(raw, defaultMimeLimits);
    const sender = reading.ok ? (soleSender(reading.message)?.address.toLowerCase() ?? null) : null;
    const said = await verdict(raw);
    expect(said === 'pass' && sender !== 'mallory@evil.test').toBe(false);
    expect(said === 'pass' && sender === 'boss@aef.com').toBe(false);
  });
});
