import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openSmime } from '../../../src/mail/mime/containers/smime.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { mail, read } from '../../support/mime.ts';

/** DER by hand (X.690 §8.1): a tag, a length, what is in it. */
const der = (tag: number, ...inside: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(inside);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.byteLength);
  return Buffer.concat([Buffer.from([tag, 0x84]), length, content]);
};
/** The same with indefinite length, as streaming signers write. */
const ber = (tag: number, ...inside: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...inside, Buffer.from([0, 0])]);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const pkcs7 = '2a864886f70d0107';
const data = oid(`${pkcs7}01`);
const version = der(0x02, Buffer.from([1]));

const signed = (content: Uint8Array, octets = der(0x04, content)): Buffer =>
  der(0x30, oid(`${pkcs7}02`), der(0xa0, der(0x30, version, der(0x31), der(0x30, data, der(0xa0, octets)), der(0x31))));
const compressed = (content: Uint8Array): Buffer =>
  der(
    0x30,
    oid('2a864886f70d0109100109'),
    der(0xa0, der(0x30, version, der(0x30), der(0x30, data, der(0xa0, der(0x04, deflateSync(content)))))),
  );
const enveloped = der(0x30, oid(`${pkcs7}03`), der(0xa0, der(0x30, version)));

const inner = mail(['Content-Type: text/plain'], "@URGENCY@='1'");
const smime = (object: Uint8Array, type = 'application/pkcs7-mime'): Buffer =>
  mail(
    [`Content-Type: ${type}; name=smime.p7m`, 'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment'],
    Buffer.from(object).toString('base64'),
  );

describe('an S/MIME mail', () => {
  it.each([
    ['signed in one piece', smime(signed(inner))],
    ['of the old type', smime(signed(inner), 'application/x-pkcs7-mime')],
    ['told by its name alone', smime(signed(inner), 'application/octet-stream')],
    [
      'signed as a stream',
      smime(signed(inner, ber(0x24, der(0x04, inner.subarray(0, 9)), der(0x04, inner.subarray(9))))),
    ],
    ['compressed', smime(compressed(inner))],
    ['signed twice', smime(signed(smime(signed(inner))))],
  ])('N1: %s is read, and the reading says so', async (_, raw) => {
    const { message } = await read(raw);
    expect(message.text.trim()).toBe("@URGENCY@='1'");
    expect(message.attachments).toEqual([]);
    expect(message.notices.map(({ code }) => code)).toEqual(['signature_not_checked']);
  });

  it('N1: that is encrypted says so, and is kept', async () => {
    const { message } = await read(smime(enveloped));
    expect(message.attachments).toHaveLength(1);
    expect(message.notices.map(({ code }) => code)).toEqual(['encrypted']);
  });

  it('N1: that is a report is one inside, too', async () => {
    const report = mail(
      ['Content-Type: multipart/report; boundary=r'],
      '--r\nContent-Type: message/delivery-status\n\nx\n--r--',
    );
    expect((await read(smime(signed(report)))).message.partTypes).toContain('multipart/report');
  });

  it('N1: attached behind a text is a document, and orders nothing', async () => {
    const raw = mail(
      ['Content-Type: multipart/mixed; boundary=b'],
      `--b\n\nhello\n--b\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n${signed(inner).toString('base64')}\n--b--`,
    );
    const { message } = await read(raw);
    expect(message.text.trim()).toBe('hello');
    expect(message.attachments).toHaveLength(1);
  });

  it('counts for the limits with what is inside', async () => {
    const parts = mail(['Content-Type: multipart/mixed; boundary=b'], `${'--b\n\nx\n'.repeat(200)}--b--`);
    expect(await parseMime(smime(signed(parts)), defaultMimeLimits)).toMatchObject({ ok: false, reason: 'too_large' });
    expect(openSmime(compressed(Buffer.alloc(100_000)), 1000)).toEqual({ kind: 'unknown' });
  });

  it('is never a fault, whatever its bytes are', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      Buffer.alloc(200_000, Buffer.from([0x30, 0x80])),
      signed(inner).subarray(0, 60),
    ])
      expect(openSmime(bytes, 1000)).toEqual({ kind: 'unknown' });
  });
});
