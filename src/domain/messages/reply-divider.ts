const open = '##-';
const close = '-##';

/** The line that our own mails begin with: nothing below it is the words of whoever answers (spec §5). */
export const replyDivider = (words: string): string => `${open} ${words} ${close}`;

/** Whether a line is one of those, whatever its language and whatever a mail program put around it. */
export const isReplyDivider = (line: string): boolean => {
  const at = line.indexOf(open);
  return at !== -1 && line.includes(close, at + open.length);
};
