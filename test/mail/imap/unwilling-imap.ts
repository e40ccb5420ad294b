import type { ScriptedServer } from '../connection/scripted-server.ts';
import { scriptedImap } from './scripted-imap.ts';

/** What a server does with a message that it lists: gives it, or one of the ways not to. */
export type Kept = { readonly raw: string } | 'no size' | 'no row' | 'nil' | 'empty' | 'refused' | 'cut';

export const ways = ['no size', 'no row', 'nil', 'empty', 'refused', 'cut'] as const;

/** An IMAP server whose inbox holds these, by UID. */
export const imapWith = (inbox: ReadonlyMap<number, Kept>): Promise<ScriptedServer> =>
  scriptedImap({
    answers: {
      'UID SEARCH': (_dialog, _tag, rest) => {
        const asked = /UID ([\d:,]+)/.exec(rest)?.[1];
        return `* SEARCH ${[...inbox.keys()].filter((uid) => asked === undefined || within(asked, uid)).join(' ')}\r\n`;
      },
      'UID FETCH': (dialog, tag, rest) => {
        const set = /^[\d:,]+/.exec(rest)?.[0] ?? '';
        const asked = [...inbox].filter(([uid]) => within(set, uid));
        if (!rest.includes('BODY'))
          return asked
            .filter(([, kept]) => kept !== 'no size')
            .map(
              ([uid, kept]) =>
                `* ${uid} FETCH (UID ${uid} RFC822.SIZE ${typeof kept === 'string' ? 40 : kept.raw.length})\r\n`,
            )
            .join('');
        for (const [uid, kept] of asked) {
          if (typeof kept !== 'string' && rest.includes('BODY.PEEK[]'))
            dialog.write(`* ${uid} FETCH (UID ${uid} BODY[] {${kept.raw.length}}\r\n${kept.raw})\r\n`);
          if (kept === 'nil') dialog.write(`* ${uid} FETCH (UID ${uid} BODY[] NIL)\r\n`);
          if (kept === 'empty') dialog.write(`* ${uid} FETCH (UID ${uid} BODY[] {0}\r\n)\r\n`);
          if (kept === 'refused') dialog.write(`${tag} NO [SERVERBUG] cannot read it\r\n`);
          if (kept === 'cut') dialog.socket.destroy();
          if (kept === 'refused' || kept === 'cut') return null;
        }
        return '';
      },
    },
  });

const within = (set: string, uid: number): boolean =>
  set.split(',').some((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return uid >= first && uid <= last;
  });
