import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkMessage, type CheckResult } from '../../../src/cli/check/check-message.ts';
import { runCheck } from '../../../src/cli/check/run-check.ts';
import { defaultMaxMessageBytes } from '../../../src/domain/mailboxes/mailbox-defaults.ts';
import { defaultReadOptions } from '../../../src/instructions/read-instruction.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';

const fixture = (name: string): string => new URL(`../../fixtures/${name}.eml`, import.meta.url).pathname;
const pageExample = readFileSync(fixture('page-example-whole'), 'utf8');

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

const check = async (
  files: readonly string[],
  options: { json?: boolean; stdin?: AsyncIterable<Uint8Array>; failOn?: readonly string[] } = {},
) => {
  let out = '';
  let err = '';
  const exitCode = await runCheck(
    files,
    { json: options.json ?? true, failOn: new Set(options.failOn), readOptions: defaultReadOptions },
    { stdin: options.stdin ?? chunks(), out: (text) => (out += text), err: (text) => (err += text) },
  );
  return { exitCode, out, err };
};

/** What comes of one mail, read without the thread that `runCheck` starts. */
const checked = async (mail: string | Uint8Array): Promise<CheckResult> =>
  checkMessage('-', await parseMime(Buffer.from(mail), defaultMimeLimits), defaultReadOptions).result;

const mail = (text: string, subject = 'Screen is dark'): string =>
  `From: fleblanc@aef.com\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;

describe('tsa check --json', () => {
  it("gives the object of spec §12 for the page's example, on one line", async () => {
    const file = fixture('page-example-whole');
    const { exitCode, out, err } = await check([file]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toBe(
      `${JSON.stringify({
        file,
        disposition: 'created',
        reason: null,
        from: 'fleblanc@aef.com',
        subject: 'Description of the problem on my smartphone',
        messageId: '<20220704091241.4711@mail.aef.com>',
        instruction: {
          operation: 'CREATE',
          rfcNumber: null,
          actionId: null,
          choice: null,
          variables: { ASSET: 'P04319', CODE_CATALOG: 'Smartphone', DATE: '02/07/2022', URGENCY: '1' },
          fields: {},
        },
        attachments: [
          {
            name: 'document.txt',
            contentType: 'text/plain',
            size: 12,
            sha256: '1894a19c85ba153acbf743ac4e43fc004c891604b26f8c69e1e83ea2afc7c48f',
          },
        ],
        description:
          'Description of the problem on my smartphone\n\nImpossible to start the application. See the attached screen captures',
        warnings: [],
        errors: [],
      })}\n`,
    );
  });

  it('rejects the same mail from gsmith@aef.com', async () => {
    const forged = pageExample.replace('Frank Leblanc <fleblanc@aef.com>', 'gsmith@aef.com');
    expect(await checked(forged)).toMatchObject({
      file: '-',
      disposition: 'rejected',
      reason: 'sender_mismatch',
      from: 'gsmith@aef.com',
      instruction: { operation: 'CREATE', variables: { ASSET: 'P04319' } },
      attachments: [{ name: 'document.txt' }],
    });
  });

  it.each([
    { text: 'Thank you.', subject: 'RE: [I160824_000001] dark', disposition: 'filed', operation: null },
    { text: "@RFC_NUMBER@='I160824_000001'", disposition: 'filed', operation: null },
    { text: "@RFC_NUMBER@='I160824_000001' @URGENCY@='1'", disposition: 'updated', operation: 'UPDATE' },
    { text: "@RFC_NUMBER@='I160824_000001' @OPERATION@='stop'", disposition: 'put_on_hold', operation: 'STOP' },
    { text: "@RFC_NUMBER@='I160824_000001' @OPERATION@='RESTART'", disposition: 'reopened', operation: 'RESTART' },
    { text: "@RFC_NUMBER@='I160824_000001' @OPERATION@='SOLVE'", disposition: 'solved', operation: 'SOLVE' },
    {
      text: "@RFC_NUMBER@='S160824_000001' @OPERATION@='SOLVE' @CHOICE@='1'",
      disposition: 'choice_recorded',
      operation: 'SOLVE',
    },
    { text: 'Help!', disposition: 'created', operation: 'CREATE' },
    { text: "@CODE_CATALOG@='Smartphone'", disposition: 'created', operation: 'CREATE' },
  ])('takes $text for $disposition', async ({ text, subject, disposition, operation }) => {
    expect(await checked(mail(text, subject))).toMatchObject({ disposition, reason: null, instruction: { operation } });
  });

  it.each([
    { text: "@OPERATION@='SOLVE'", reason: 'unknown_ticket' },
    { text: '@ASSET@=‘P04319’', reason: 'malformed_instruction' },
    { text: "@URGENCY@='1' @URGENCY@='2'", reason: 'conflicting_variable' },
    { text: "@RFC_NUMBER@='I160824_000001' @OPERATION@='EXPLODE'", reason: 'invalid_value' },
  ])('quarantines $text as $reason, with an error', async ({ text, reason }) => {
    expect(await checked(mail(text))).toMatchObject({
      disposition: 'quarantined',
      reason,
      errors: [{ message: expect.stringMatching(/\w+/) as string }],
    });
  });

  it('gives errors exactly the keys of spec §12', async () => {
    const result = await checked(mail("@URGENCY@='1' @URGENCY@='2'"));
    expect(Object.keys(result.errors[0] ?? {})).toEqual(['code', 'message', 'line', 'column', 'variable']);
    expect(result).toMatchObject({ errors: [{ line: 1, column: 15, variable: 'URGENCY' }] });
  });

  it('cannot tell the operation where the variable is malformed', async () => {
    expect(await checked(mail("@OPERATION@='EXPLODE'"))).toMatchObject({ instruction: { operation: null } });
  });

  it.each([
    ['out-of-office-zimbra', 'auto_reply'],
    ['delivery-status', 'report'],
  ])('rejects the automatic mail %s as %s', async (name, reason) => {
    expect(await checked(readFileSync(fixture(name)))).toMatchObject({ disposition: 'rejected', reason });
  });

  it('quarantines a mail that is too large, without holding all of it', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(mail('', 'Huge'));
      const filler = new Uint8Array(1024 * 1024);
      let given = 0;
      for (;;) {
        given += filler.byteLength;
        if (given > 2 * defaultMaxMessageBytes) throw new Error('read on and on');
        yield await Promise.resolve(filler);
      }
    }
    const { exitCode, out } = await check(['-'], { stdin: endless() });
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      disposition: 'quarantined',
      reason: 'too_large',
      from: 'fleblanc@aef.com',
      subject: 'Huge',
      errors: [{ code: 'too_large' }],
    });
  });

  it('takes no bytes at all for a mail without a sender', async () => {
    expect(await checked('')).toMatchObject({ disposition: 'quarantined', from: null });
  });
});

describe('files', () => {
  it('that cannot be read are named with the reason, and the others are checked', async () => {
    const folder = new URL('../../fixtures', import.meta.url).pathname;
    const { exitCode, out, err } = await check(['nowhere.eml', fixture('page-example-whole'), folder]);
    expect(exitCode).toBe(1);
    expect(err.split('\n')).toEqual([
      'tsa check: nowhere.eml: there is no such file',
      `tsa check: ${folder}: this is a folder, not a mail file`,
      '',
    ]);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
  });

  it('are answered in their order, a line each', async () => {
    const files = ['page-example-whole', 'monitoring', 'read-receipt'].map(fixture);
    const { out } = await check(files);
    const results = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string });
    expect(results.map(({ file }) => file)).toEqual(files);
  });
});

describe('tsa check without --json', () => {
  it('is a text for people', async () => {
    const { out } = await check(['-'], { json: false, stdin: chunks(pageExample) });
    expect(out).toMatch(/^-: created\n {2}From {10}fleblanc@aef\.com\n/);
    expect(out).toContain('  Variables     ASSET = P04319\n                CODE_CATALOG = Smartphone\n');
    expect(out).toContain('  Attachments   document.txt (text/plain, 12 bytes)\n');
  });

  it('says why a mail is refused, and where', async () => {
    const { out } = await check(['-'], { json: false, stdin: chunks(mail("@URGENCY@='1' @URGENCY@='2'")) });
    expect(out).toMatch(/^-: quarantined \(conflicting_variable\)\n {2}Why +Line 1, column 15/);
  });

  it('sends no escape sequence of a mail to the terminal', async () => {
    const { out } = await check(['-'], { json: false, stdin: chunks(mail('\u001b[2Jgone \u202e backwards')) });
    expect(out).toContain('\\u{1b}[2Jgone \\u{202e} backwards');
    expect(out).not.toMatch(/[^\P{C}\n]/u);
  });
});

describe('tsa check as a program', () => {
  const run = (args: readonly string[], input: string, env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, ['src/cli/main.ts', 'check', ...args], {
      cwd: new URL('../../..', import.meta.url),
      input,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });

  it.each([
    { args: ['-', '--json'], status: 0 },
    { args: ['nowhere.eml'], status: 1 },
    { args: [], status: 2 },
  ])('$args ends with $status', ({ args, status }) => {
    expect(run(args, pageExample).status).toBe(status);
  });

  it('reads dates as configured, and curly quotes when told to', () => {
    const text = "@DATE@='02/13/2022' @ASSET@=‘P04319’";
    const { stdout } = run(['--json', '--accept-curly-quotes', '-'], mail(text), { TSA_DATE_FORMAT: 'MM/dd/yyyy' });
    expect(JSON.parse(stdout)).toMatchObject({ instruction: { variables: { ASSET: 'P04319' } }, errors: [] });
  });
});

describe('tsa check', () => {
  const broken = (): AsyncIterable<Uint8Array> => chunks(mail("hello\n  @URGENCY@='7' x"));

  it('fails on the dispositions that it is told', async () => {
    expect((await check(['-'], { stdin: broken() })).exitCode).toBe(0);
    expect((await check(['-'], { stdin: broken(), failOn: ['rejected'] })).exitCode).toBe(0);
    expect((await check(['-'], { stdin: broken(), failOn: ['rejected', 'quarantined'] })).exitCode).toBe(1);
  });

  it('shows the line of an error with a caret under its place', async () => {
    const { out } = await check(['-'], { stdin: broken(), json: false });
    const lines = out.split('\n');
    const at = lines.findIndex((line) => line.trimStart() === '^');
    expect(lines[at - 1]).toContain("@URGENCY@='7' x");
    expect(lines[at - 1]?.[lines[at]?.indexOf('^') ?? 0]).toMatch(/[@7']/);
  });
});
