import { defaultMaxMessageBytes } from '../../domain/mailboxes/mailbox-defaults.ts';
import type { ReadOptions } from '../../instructions/read-instruction.ts';
import { createMimeReader, type MimeReader, type MimeReading } from '../../mail/mime/mime.ts';
import { inputProblem, readInput } from './check-input.ts';
import { checkMessage } from './check-message.ts';
import { checkText } from './check-text.ts';

export interface CheckOptions {
  /** One object a file, a line each, in place of text. */
  readonly json: boolean;
  /** Dispositions that make the command fail. */
  readonly failOn: ReadonlySet<string>;
  readonly readOptions: ReadOptions;
}

export interface CheckIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Says what the agent would make of each file, in their order. The exit code: 0, or 1 when one of them could not be read or ended in a disposition of `failOn`. */
export const runCheck = async (files: readonly string[], options: CheckOptions, io: CheckIo): Promise<number> => {
  const reader = createMimeReader({ concurrency: 1 });
  let exitCode = 0;
  try {
    for (const file of files) {
      const raw = await readInput(file, io.stdin, defaultMaxMessageBytes + 1).catch((error: unknown) => {
        io.err(`tsa check: ${file}: ${inputProblem(error)}\n`);
        return null;
      });
      if (raw === null) {
        exitCode = 1;
        continue;
      }
      const checked = checkMessage(file, await readMime(reader, raw), options.readOptions);
      if (options.failOn.has(checked.result.disposition)) exitCode = 1;
      io.out(options.json ? `${JSON.stringify(checked.result)}\n` : checkText(checked));
    }
  } finally {
    await reader.close();
  }
  return exitCode;
};

const readMime = async (reader: MimeReader, raw: Uint8Array): Promise<MimeReading> => {
  if (raw.byteLength <= defaultMaxMessageBytes) return reader.read(raw);
  const { notRead } = await import('../../mail/mime/mime-parse.ts');
  return notRead(raw, 'too_large', `The message is larger than ${defaultMaxMessageBytes} bytes.`);
};
