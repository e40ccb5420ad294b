import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dispositions } from '../../../src/domain/messages/disposition.ts';
import { defaultReadOptions } from '../../../src/instructions/read-instruction.ts';
import { checkMessage } from '../../../src/cli/check/check-message.ts';
import { createMimeReader } from '../../../src/mail/mime/mime.ts';
import { mailParserMails, mime4jMails } from '../../support/corpora.ts';
import { requires } from '../../support/requires.ts';

const reader = createMimeReader({ concurrency: 1 });
afterAll(() => reader.close());

/** All text of a mail and of the mails attached to it, and all documents. */
const readDeep = async (raw: Uint8Array): Promise<{ readonly text: string; readonly documents: readonly Buffer[] }> => {
  const reading = await reader.read(raw);
  if (!reading.ok) return { text: reading.explanation, documents: [] };
  const { message, contents } = reading;
  const documents = message.attachments.map(({ sha256 }) => Buffer.from(contents.get(sha256) ?? []));
  const inner = await Promise.all(
    documents.filter((_, index) => message.attachments[index]?.contentType === 'message/rfc822').map(readDeep),
  );
  return {
    text: [message.text, ...inner.map(({ text }) => text)].join('\n'),
    documents: [...documents, ...inner.flatMap((each) => each.documents)],
  };
};

const expectDisposition = async (file: string): Promise<void> => {
  const { result } = checkMessage(file, await reader.read(readFileSync(file)), defaultReadOptions);
  expect(dispositions).toContain(result.disposition);
  // Nobody gets a ticket of a document alone without a word.
  if (result.disposition === 'created' && result.description === '' && result.attachments.length > 0)
    expect(result.warnings).not.toEqual([]);
};

/** Words as they are read, whatever markup and line ends are around them. */
const words = (text: string): string =>
  text
    .replace(/<[^<>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Where what is read differs from Mime4j on purpose, and why. */
const differing: Readonly<Record<string, string>> = {
  'bluedot-postcard': 'the plain alternative is read',
  'boundary-name-clash': 'the plain alternative is read',
  'double-semicolon': 'the first alternative is read',
  'double-semicolon2': 'the first alternative is read',
  'multi-frag': 'a part without its end keeps what there is',
  'malformedHeaderStartsBody-nocrlfcrlf': 'one broken line within a header does not end it',
  'qp-body': 'expected in octets of its charset',
  'very-long-boundary': 'a boundary without the blanks at its end is one',
  'very-very-long-boundary': 'a boundary without the blanks at its end is one',
  'weird-boundary': 'a boundary without the blanks at its end is one',
  'sig-uu': 'files in the text are documents',
  'uu-junk': 'files in the text are documents',
  'uu-zeegee': 'files in the text are documents',
  'ending-boundaries': 'quarantined: a boundary is a line of its own',
};

requires('pip')('C-15: the test mails of others, read whole', () => {
  it('each of mail-parser ends in a disposition', async () => {
    const files = await mailParserMails();
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) await expectDisposition(file);
  });

  it('each of Mime4j ends in a disposition, and gives the bodies that Mime4j gives', async () => {
    const root = await mime4jMails();
    const differences: string[] = [];
    let compared = 0;
    for (const folder of ['testmsgs', 'mimetools-testmsgs'].map((name) => path.join(root, name))) {
      const names = readdirSync(folder);
      for (const mail of names.filter((name) => name.endsWith('.msg'))) {
        await expectDisposition(path.join(folder, mail));
        const { text, documents } = await readDeep(readFileSync(path.join(folder, mail)));
        const read = words(text);
        const stem = path.basename(mail, '.msg');
        for (const name of names.filter((each) => each.startsWith(`${stem}_decoded_`) && !each.endsWith('.xml'))) {
          const body = readFileSync(path.join(folder, name));
          compared += 1;
          const isThere = ['latin1', 'utf8'].some((charset) => {
            const wanted = words(body.toString(charset === 'utf8' ? 'utf8' : 'latin1'));
            return (
              read.includes(wanted) || documents.some((document) => words(document.toString('latin1')).includes(wanted))
            );
          });
          if (!isThere && !differences.includes(stem)) differences.push(stem);
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
    expect(differences.toSorted()).toEqual(Object.keys(differing).toSorted());
  });
});
