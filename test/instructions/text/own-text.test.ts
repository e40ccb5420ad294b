import { describe, expect, it } from 'vitest';
import { defaultReadOptions, readInstruction } from '../../../src/instructions/read-instruction.ts';
import { errors, read, understood, warnings } from '../reading.ts';

const order = "@OPERATION@='SOLVE'\n@RFC_NUMBER@='S160824_000001'\n@ACTION_ID@='42'\n@CHOICE@='1'";
const identity = { rfcNumber: 'S160824_000001', actionId: '42' };
const marked = (text: string): string => text.replace(/^/gm, '> ');

describe('quoted text', () => {
  it.each([
    ['> marks', marked(order)],
    ['several > marks', `>> > ${order.replaceAll('\n', '\n>>> ')}`],
    ['> marks after spaces', marked(order).replace(/^/gm, '\u00A0 ')],
    ['Outlook', `-----Original Message-----\n${order}`],
    ['Outlook in French', `-----Message d’origine-----\n${order}`],
    ['Outlook in German', `-----Ursprüngliche Nachricht-----\n${order}`],
    ['Android', `-------- Original message --------\n${order}`],
    ['Gmail, forwarded', `---------- Forwarded message ---------\n${order}`],
    ['Apple Mail, forwarded', `Begin forwarded message:\n\n${order}`],
    [
      'Outlook’s header block',
      `________________\nFrom: Service Desk <sd@aef.com>\nSent: Monday, 3 March 2025 10:00\nTo: F. Leblanc\nSubject: Approval\n\n${order}`,
    ],
    ['the header block on one line', `From: Service Desk Sent: Monday To: F. Leblanc Subject: Approval\n${order}`],
    ['the header block in bold', `*From:* Service Desk\n*Sent:* Monday\n*To:* X\n*Subject:* Y\n${order}`],
    ['the header block in French', `De : Service Desk\nEnvoyé : lundi 3 mars\nÀ : X\nObjet : Y\n${order}`],
    ['the header block in German', `Von: Service Desk\nGesendet: Montag\nAn: X\nBetreff: Y\n${order}`],
    ['an attribution', `On Mon, 3 Mar 2025 at 10:00, Service Desk <sd@aef.com> wrote:\n\n${order}`],
    ['a wrapped attribution', `On Mon, 3 Mar 2025 at 10:00, Service Desk\n<sd@aef.com>\nwrote:\n${order}`],
    ['an attribution in French', `Le lun. 3 mars 2025 à 10:00, Service Desk <sd@aef.com> a écrit\u00A0:\n${order}`],
    ['an attribution in German', `Am 03.03.2025 um 10:00 schrieb Service Desk <sd@aef.com>:\n${order}`],
    ['an attribution in Spanish', `El lun, 3 mar 2025 a las 10:00, SD (<sd@aef.com>) escribió:\n${order}`],
  ])('by %s identifies a ticket but never orders an operation', (_by, quoted) => {
    const mail = `Thanks!\n\n${quoted}`;
    expect(understood(mail)).toEqual(identity);
    expect(errors(mail)).toEqual([]);
    expect(warnings(mail)).toEqual([expect.stringMatching(/^quoted_instruction \d+:\d+ OPERATION$/)]);
  });

  it.each([
    ['a > line', `${marked(order)}\n\n`],
    ['an attribution of > lines', `On Mon, 3 Mar 2025, SD <sd@aef.com> wrote:\n${marked(order)}\n\n`],
  ])('ends after %s: the sender may answer below', (_after, quoted) => {
    expect(understood(`${quoted}@OPERATION@='SOLVE'\n@CHOICE@='0'`)).toEqual({
      ...identity,
      operation: 'SOLVE',
      choice: '0',
    });
  });

  it('goes on where a full line was broken', () => {
    const broken = `> The request waits for you. Please answer with the line that comes now:\n@OPERATION@='SOLVE'\n> and send it.`;
    expect(understood(broken)).toEqual({});
  });

  it.each([
    ['Monday Peter wrote:', 'On Monday Peter wrote:'],
    ['a From line alone', 'From: the third floor'],
    ['the words in a sentence', 'See the original message of yesterday'],
  ])('does not begin with %s', (_what, line) => {
    expect(understood(`${line}\n@ASSET@='P1'`)).toEqual({ asset: 'P1' });
  });

  it('holds no errors', () => {
    const quoted = marked(
      "@URGENCY@='9' @ASSET@=“x”\n@RFC_NUMBER@='#RFC_NUMBER#' @COMMENT@='x\n@FIELDS_TO_UPDATE@={X=1}",
    );
    expect(read(`ok\n${quoted}`)).toMatchObject({ errors: [], instruction: { rfcNumber: null } });
  });

  it('holds no people', () => {
    expect(understood('> Recipient / Requesting person : a@b.c')).toEqual({});
  });

  it('says nothing where the sender orders something', () => {
    expect(warnings(`@ASSET@='P1'\n${marked(order)}`)).toEqual([]);
  });
});

describe('ticket and action in quoted text', () => {
  it('give way to those of the sender without conflict', () => {
    expect(understood(`@RFC_NUMBER@='I2' @ACTION_ID@='7'\n${marked(order)}`)).toEqual({
      rfcNumber: 'I2',
      actionId: '7',
    });
    expect(errors(`@RFC_NUMBER@='I2'\n${marked(order)}`)).toEqual([]);
  });

  it('belong together: the action of another ticket is left alone', () => {
    expect(understood(`@RFC_NUMBER@='I2'\n${marked(order)}`)).toEqual({ rfcNumber: 'I2' });
    expect(understood(`@RFC_NUMBER@='s160824_000001'\n${marked(order)}`)).toEqual(identity);
  });

  it('come from the mail that is answered, not from those before it', () => {
    expect(understood("ok\n>> @RFC_NUMBER@='I1' @ACTION_ID@='1'\n> @RFC_NUMBER@='I2' @ACTION_ID@='2'")).toEqual({
      rfcNumber: 'I2',
      actionId: '2',
    });
    const outlook = (number: string): string =>
      `From: SD\nSent: Monday\nTo: X\nSubject: Y\n\n@RFC_NUMBER@='${number}'\n\n`;
    expect(understood(`ok\n${outlook('I2')}${outlook('I1')}`)).toEqual({ rfcNumber: 'I2' });
  });

  it('are an error when one mail names two', () => {
    expect(errors("ok\n> @RFC_NUMBER@='I1'\n> @RFC_NUMBER@='I2'")).toEqual(['conflicting_variable 3:3 RFC_NUMBER']);
  });
});

describe('own text is told by form, not by dictionary', () => {
  const mail = (other: string): string => `Thanks, done.\n\n${other}\n\n${order}`;

  it.each([
    [
      'a header block in Finnish',
      'Lähettäjä: Tuki <tuki@aef.com>\nLähetetty: 4. heinäkuuta 2022 9:00\nVastaanottaja: Frank\nAihe: x',
    ],
    [
      'a header block with wide colons',
      '寄件者： Support <support@aef.com>\n寄件日期： 2022年7月4日 09:00\n收件者： Frank',
    ],
    [
      'a header block that begins with the date',
      'Gönderildi: 4 Temmuz 2022 09:00\nKimden: Destek <d@aef.com>\nKime: Frank\nKonu: x',
    ],
    ['a header block with empty lines', 'Fra: Støtte <s@aef.com>\n\nSendt: 4. juli 2022\n\nTil: Frank\n\nEmne: x'],
    ['a header block without addresses', 'Avsändare: Support\nDatum: måndag 4 juli\nTill: Frank\nÄmne: x'],
    ['a header block on one line', 'Von: A <a@b.de> Gesendet: 4.7.2022 An: B Betreff: x'],
    ['an attribution in Finnish', 'ma 4. heinäk. 2022 klo 9.00 Tuki (tuki@aef.com) kirjoitti:'],
    ['an attribution in Arabic figures', '٤ يوليو ٢٠٢٢ ٩:٠٠ Support <support@aef.com>:'],
    ['an attribution without an address', 'Le 04/07/2022 09:00, Support a écrit :'],
    ['an attribution over four lines', 'Il 4 luglio 2022 alle 9:00 Un nome\nmolto lungo\n<a@b.it>\nha scritto:'],
    ['words between dashes', '---------- Mensagem original ----------'],
    ['an attribution between dashes', '---- Am 04.07.2022 schrieb a@b.de ----'],
    ['a heading of a forwarded mail', 'Välitetty viesti alkaa:'],
    ['the line of our own mails', '##- Vastaa tämän rivin yläpuolelle -##'],
  ])('ends at %s', (_sign, other) => {
    expect(understood(mail(other))).toEqual(identity);
    expect(errors(mail(other))).toEqual([]);
  });

  it.each([
    ['> a', 'Lines 3 to 8 were taken for a quotation'],
    ['-----Svar-----', 'because they stand below words between dashes'],
    ['##- x -##', 'below the line above which an answer is written'],
  ])('says which lines it took for a quotation, and why: %s', (other, words) => {
    const text = other.startsWith('>') ? `Thanks.\n\n${other}\n>\n${marked(order)}` : mail(other);
    expect(read(text).warnings.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  it('S-05: a variable in the name of whom a mail program quotes orders nothing', () => {
    const named = "On Mon, Jul 4, 2022 at 9:00 AM X @OPERATION@='SOLVE'\n@CHOICE@='1' <a@b.de> wrote:\n\ntext";
    expect(understood(`No.\n\n${named}`)).toEqual({});
  });

  it.each([
    ['a form that a program filled in', 'Name: Frank\nRoom: 12\nPhone: 4711\nProblem: printer'],
    ['a form with a date', 'Host: srv1\nState: CRITICAL\nTime: 2022-07-04 09:00:00\nOutput: disk'],
    ['a form with an address', 'Name: Frank\nMail: fleblanc@aef.com\nRoom: 12'],
    ['a salutation with a colon', 'Dear team:'],
    ['an announcement', 'Hello,\n\nplease do this:\n'],
    ['an announcement on top', 'Please do this:\n'],
    ['a sentence with an address', 'Ask a@b.de for it: he knows.'],
    ['a list', 'From: Paris\nTo: London'],
    ['armour', '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n'],
    ['a rule', '--------------------'],
  ])('goes on after %s', (_what, above) => {
    expect(understood(`${above}\n@ASSET@='P1'`)).toEqual({ asset: 'P1' });
  });

  it('goes on below a gateway’s banner that repeats the header of the mail', () => {
    const banner = 'From: Frank <fleblanc@aef.com>\nDate: 4 July 2022 09:00\nSubject: printer\n\n';
    const head = { from: 'FLeblanc@aef.com', subject: 'Printer', isReply: false };
    expect(readInstruction(`${banner}@ASSET@='P1'`, defaultReadOptions, head).instruction.asset).toBe('P1');
    expect(readInstruction(`Hi\n\n${banner}@ASSET@='P1'`, defaultReadOptions, head).instruction.asset).toBeNull();
    expect(understood(`${banner}@ASSET@='P1'`)).toEqual({});
  });

  it.each(['\u2028', '\u2029', '\v', '\f', '\u0085', '\r', '\r\n'])('has lines that end with %j', (end) => {
    const text = ['ok', '', '-----Opprinnelig melding-----', "@ASSET@='P1'"].join(end);
    expect(understood(text)).toEqual({});
    expect(understood(`@COMMENT@='a${end}b'${end}x's`)).toEqual({ comment: 'a\nb' });
  });
});

describe('text of which it is in doubt whose it is', () => {
  const doubtOf = (text: string, isReply: boolean) =>
    readInstruction(text, defaultReadOptions, { from: null, subject: 'x', isReply }).doubt?.message;
  const form = 'I looked at it.\n\nKuka: Ville\nMilloin: 3. maaliskuuta\nKenelle: Anna\nAihe: Tulostin\n\n';

  it('is told of, with its lines and the reason', () => {
    const read = readInstruction(`${form}${order}`, defaultReadOptions, { from: null, subject: 'x', isReply: true });
    expect(read.instruction.operation).toBeNull();
    expect(doubtOf(`${form}${order}`, true)).toMatch(/^Lines 3 to 11 were taken for a quotation, because /u);
  });

  it('is what a mail marks as quoted that answers none, and no other', () => {
    expect(doubtOf(`ok\n${marked(order)}`, false)).toMatch(/^Lines 2 to 5 /u);
    expect(doubtOf(`ok\n${marked(order)}`, true)).toBeUndefined();
    expect(doubtOf(`ok\n-----Original Message-----\n${order}`, false)).toBeUndefined();
    expect(doubtOf(`${order}\n\n${form}${order}`, true)).toBeUndefined();
  });
});
