import { describe, expect, it } from 'vitest';
import { isSameMail } from '../../../src/mail/connection/same-mail.ts';

const header = 'From: a@b.test\r\nSubject: x\r\n  y\r\n';
const stored = `${header}\r\nhello\r\n`;

describe('a mail that lies under the id of a stored one', () => {
  it.each([
    ['the same octets', stored, true],
    ['a status behind', `${header}Status: RO\r\nX-UID: 7\r\n\r\nhello\r\n`, true],
    ['a folded note in front', `X-IMAPbase: 1\r\n\t2\r\n${header}\r\nhello\r\n`, true],
    ['its length in lines', `${header}Content-Length: 7\r\nLines: 1\r\n\r\nhello\r\n`, true],
    ['another subject', stored.replace('x', 'z'), false],
    ['another text', stored.replace('hello', 'hallo'), false],
    ['a status in its text', `${header}\r\nStatus: RO\r\nhello\r\n`, false],
    ['no text', header, false],
  ])('K2: with %s', (_, found, same) => {
    expect(isSameMail(Buffer.from(stored), Buffer.from(found))).toBe(same);
  });
});
