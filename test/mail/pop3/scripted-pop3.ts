import { scriptedServer } from '../connection/scripted-server.ts';
import type { Dialog, ScriptedServer } from '../connection/scripted-server.ts';

export interface Pop3Mail {
  readonly uidl: string;
  readonly raw: string;
}

export interface Pop3Script {
  readonly greeting?: string;
  /** How an answer goes out; whole by default. */
  readonly send?: (dialog: Dialog, text: string) => void;
  /** Answers that differ from what is proper, by command word. `cut` closes the connection instead. */
  readonly answers?: Readonly<Record<string, string>>;
}

export interface ScriptedPop3 extends ScriptedServer {
  /** What is in the maildrop, as QUIT left it. */
  readonly mails: readonly Pop3Mail[];
}

/** A POP3 server with one maildrop that serves anybody, proper but for its script. */
export async function scriptedPop3(mails: readonly Pop3Mail[], script: Pop3Script = {}): Promise<ScriptedPop3> {
  let maildrop = [...mails];
  const marks = new WeakMap<Dialog, Set<number>>();
  const proper = (word: string, argument: string, dialog: Dialog): string => {
    const marked = marks.get(dialog) ?? new Set();
    marks.set(dialog, marked);
    const number = Number(argument);
    const listing = (value: (mail: Pop3Mail) => string | number): string =>
      `+OK\r\n${maildrop.map((mail, index) => `${index + 1} ${value(mail)}\r\n`).join('')}.\r\n`;
    switch (word) {
      case 'UIDL':
        return listing(({ uidl }) => uidl);
      case 'LIST':
        return listing(({ raw }) => raw.length);
      case 'RETR':
        return `+OK\r\n${(maildrop[number - 1]?.raw ?? '').replace(/^\./gm, '..')}.\r\n`;
      case 'DELE':
        marked.add(number);
        return '+OK\r\n';
      case 'QUIT':
        maildrop = maildrop.filter((_, index) => !marked.has(index + 1));
        return '+OK\r\n';
      default:
        return '+OK\r\n';
    }
  };
  const send = script.send ?? ((dialog: Dialog, text: string): void => dialog.write(text));
  const server = await scriptedServer(script.greeting ?? '+OK ready\r\n', (line, dialog) => {
    const [word = '', argument = ''] = line.split(' ');
    const answer = script.answers?.[word] ?? proper(word, argument, dialog);
    if (answer === 'cut') dialog.socket.destroy();
    else send(dialog, answer);
  });
  return {
    ...server,
    get mails() {
      return maildrop;
    },
  };
}
