import { Command, Option } from 'commander';
import { createMailto } from '../instructions/mailto.ts';
import { mailtoPresets, presetMail, type MailtoPreset } from '../domain/outgoing/mailto-presets.ts';
import { printLine, printProgress } from './shared/print.ts';

interface MailtoOptions {
  readonly to: string;
  readonly cc?: string;
  readonly bcc?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly preset?: MailtoPreset;
  readonly rfcNumber?: string;
  readonly json: boolean;
}

export const mailtoCommand = (): Command =>
  new Command('mailto')
    .summary('make a mailto URL')
    .description(
      'Makes the URL that opens a mail with instructions in the reader’s mail program, for a template or a web page.',
    )
    .requiredOption('--to <addresses>', 'addresses, with commas between')
    .option('--cc <addresses>', 'addresses, with commas between')
    .option('--bcc <addresses>', 'addresses, with commas between')
    .option('--subject <text>')
    .option('--body <text>', String.raw`the text; \n is a line end`)
    .addOption(
      new Option('--preset <name>', 'writes subject and body where these are left out').choices([...mailtoPresets]),
    )
    .option('--rfc-number <number>', 'ticket of the preset; by default #RFC_NUMBER#, which a template fills')
    .option('--json', 'URL and warnings as a JSON object', false)
    .action(({ json, to, preset, rfcNumber, ...parts }: MailtoOptions) => {
      const made = preset === undefined ? {} : presetMail(preset, rfcNumber);
      const { body, ...form } = { to, ...made, ...parts };
      const { url, warnings } = createMailto({ ...form, body: body?.replaceAll(String.raw`\n`, '\n') });
      printLine(json ? JSON.stringify({ url, warnings }) : url);
      if (!json) for (const { message } of warnings) printProgress(`warning: ${message}`);
    });
