/** Mails that the generator writes by itself; the first two are the manual's own. */
export const mailtoPresets = ['accept', 'refuse', 'ask', 'solve', 'hold'] as const;
export type MailtoPreset = (typeof mailtoPresets)[number];

/** Letter by letter as the manual has it, the blank at the end of the second line included. */
const clickOnly = (to: string): string =>
  `To ${to} the request, you only click on the button d'sending the email.\nDo not change the text below \n`;

const bodies: Readonly<Record<MailtoPreset, readonly [subject: string, above: string, ...below: string[]]>> = {
  accept: ['Accepted', clickOnly('approve'), "@CHOICE@='1'"],
  refuse: ['Refused', clickOnly('refuse'), "@CHOICE@='0'"],
  // An empty first line, on which the sender writes.
  ask: ['Question', '\n', "@CHOICE@='2'"],
  solve: ['Solved', '\n'],
  hold: ['On hold', '\n'],
};

/** Subject and body of a preset for the ticket of this number: by default that of the template into which the URL is pasted. */
export const presetMail = (
  preset: MailtoPreset,
  rfcNumber = '#RFC_NUMBER#',
): { readonly subject: string; readonly body: string } => {
  const [subject, above, ...below] = bodies[preset];
  const operation = preset === 'hold' ? 'STOP' : 'SOLVE';
  return {
    subject,
    body: [above, `@OPERATION@='${operation}'`, `@RFC_NUMBER@='${rfcNumber}'`, ...below].join('\n'),
  };
};
