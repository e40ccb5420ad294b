import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { readMailto } from '../../src/instructions/mailto.ts';
import { eventually } from './agent.ts';

export interface MailSink {
  readonly url: string;
  readonly mails: readonly ParsedMail[];
  /** The first mail to this address whose subject holds the words, once it has come; taken out, so that the next call finds the next. */
  take(to: string, words: string): Promise<ParsedMail>;
  stop(): Promise<void>;
}

/** An SMTP server on loopback that keeps what it is given. */
export async function startMailSink(): Promise<MailSink> {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      simpleParser(stream).then(
        (mail) => {
          mails.push(mail);
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    mails,
    take: (to, words) =>
      eventually(`a mail to ${to}: ${words}`, () => {
        const index = mails.findIndex((mail) => addressOf(mail) === to && mail.subject?.includes(words) === true);
        return Promise.resolve(index < 0 ? undefined : mails.splice(index, 1)[0]);
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const addressOf = ({ to }: ParsedMail): string | undefined => (Array.isArray(to) ? to[0] : to)?.value[0]?.address;

/** The mail that a click on one of the links of a mail would write, as this person sends it. */
export function clicked(mail: ParsedMail, label: string, from: string, comment = ''): Buffer {
  const url = (mail.text ?? '').split('\n').find((line) => line.startsWith(`${label}: mailto:`));
  const form = readMailto((url ?? '').slice(label.length + 2));
  if (form === null) throw new Error(`no link ${label} in: ${mail.text ?? ''}`);
  return written({ from, to: form.to, subject: form.subject ?? '', body: `${comment}\n${form.body ?? ''}` });
}

let count = 0;

export const written = (mail: {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly headers?: readonly string[];
}): Buffer =>
  Buffer.from(
    [
      `From: ${mail.from}`,
      `To: ${mail.to}`,
      `Subject: ${mail.subject}`,
      `Message-ID: <${String(++count)}.${String(process.pid)}@test.example>`,
      'Content-Type: text/plain; charset=utf-8',
      ...(mail.headers ?? []),
      '',
      mail.body,
    ]
      .join('\n')
      .replace(/\r?\n/g, '\r\n'),
  );
