import { scriptedServer } from '../connection/scripted-server.ts';
import type { Dialog, ScriptedServer } from '../connection/scripted-server.ts';

export interface ImapScript {
  readonly greeting?: string;
  readonly capabilities?: string;
  /**
   * Answers that differ from what is proper, by command word (`UID FETCH` is one word here). They stand before the tagged
   * line, or replace it when they are null.
   */
  readonly answers?: Readonly<Record<string, (dialog: Dialog, tag: string, rest: string) => string | null>>;
}

/** An IMAP server that has an inbox of message 7 (UIDVALIDITY 1), proper but for its script. */
export const scriptedImap = (script: ImapScript = {}): Promise<ScriptedServer> =>
  scriptedServer(script.greeting ?? '* OK ready\r\n', (line, dialog) => {
    const [, tag = '', word = '', rest = ''] = /^(\S+) (UID \S+|\S+) ?(.*)$/.exec(line) ?? [];
    const proper: Readonly<Record<string, string>> = {
      CAPABILITY: `* CAPABILITY ${script.capabilities ?? 'IMAP4rev1'}\r\n`,
      LIST: '* LIST () "/" INBOX\r\n',
      SELECT: '* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 8] ok\r\n',
      'UID SEARCH': '* SEARCH 7\r\n',
    };
    const answer = script.answers?.[word];
    const said = answer === undefined ? (proper[word] ?? '') : answer(dialog, tag, rest);
    if (said !== null) dialog.write(`${said}${tag} OK done\r\n`);
  });
