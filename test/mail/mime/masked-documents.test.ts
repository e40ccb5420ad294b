import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { defaultReadOptions } from '../../../src/instructions/read-instruction.ts';
import { understand } from '../../../src/mail/mime/understand.ts';
import { mail, read } from '../../support/mime.ts';

it('S-18: a token in an attached mail or text is masked in the document that is kept of it', async () => {
  const raw = mail(
    ['From: fleblanc@aef.com', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    [
      ...['--b', 'Content-Type: text/plain', '', 'See what I got.'],
      ...['--b', 'Content-Type: message/rfc822', '', 'Subject: Approve', '', "@TOKEN@='secret-token-1'"],
      ...['--b', 'Content-Type: text/plain; name=a.txt', 'Content-Disposition: attachment; filename=a.txt'],
      ...['Content-Transfer-Encoding: base64', '', Buffer.from("@TOKEN@='secret-token-2'").toString('base64')],
      ...['--b', 'Content-Type: application/pdf; name=a.pdf', '', 'as it came', '--b--', ''],
    ].join('\n'),
  );
  const understood = understand(await read(raw), defaultReadOptions);
  if (!understood.ok) throw new Error(understood.explanation);
  const documents = understood.message.attachments.map(({ name, sha256, size }) => {
    const bytes = understood.contents.get(sha256);
    if (bytes === undefined) throw new Error(`no content of ${name}`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    expect(bytes.byteLength).toBe(size);
    return Buffer.from(bytes).toString('latin1');
  });
  expect(documents).toHaveLength(3);
  expect(documents.join('\n')).not.toContain('secret-token');
  expect(documents.join('\n')).toContain('as it came');
});
