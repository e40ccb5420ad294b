import type { Choice } from '../../domain/messages/instruction.ts';
import { createMailto } from '../../instructions/mailto.ts';

export interface ChoiceLinks {
  readonly accept: string;
  readonly refuse: string;
  readonly ask: string;
}

/**
 * The three links of a mail that asks for a choice (spec §9): each writes a mail to the return address whose body orders the choice,
 * with the token that proves it.
 */
export const choiceLinks = (given: {
  readonly to: string;
  readonly number: string;
  readonly actionId: number;
  readonly token: string;
  readonly language: 'en' | 'fr';
}): ChoiceLinks => {
  const { to, number, actionId, token } = given;
  const words = wordsOf[given.language];
  const link = (choice: Choice): string =>
    createMailto({
      to,
      subject: `[${number}] ${words[choice].subject}`,
      // Each variable on a line of its own: none is torn by a mail program that wraps at 72 columns.
      body: [
        words[choice].sentence,
        '',
        `@OPERATION@='SOLVE'`,
        `@RFC_NUMBER@='${number}'`,
        `@ACTION_ID@='${String(actionId)}'`,
        `@CHOICE@='${choice}'`,
        `@TOKEN@='${token}'`,
        '',
      ].join('\n'),
    }).url;
  return { accept: link('1'), refuse: link('0'), ask: link('2') };
};

/** The link by which a sender confirms an earlier mail (spec §7): the token alone says which one. */
export const confirmationLink = (given: {
  readonly to: string;
  /** Of the ticket that it is about; null for none. */
  readonly number: string | null;
  readonly token: string;
  readonly language: 'en' | 'fr';
}): string => {
  const { subject, sentence } = confirmationWords[given.language];
  return createMailto({
    to: given.to,
    subject: given.number === null ? subject : `[${given.number}] ${subject}`,
    body: [sentence, '', `@TOKEN@='${given.token}'`, ''].join('\n'),
  }).url;
};

const confirmationWords = {
  en: { subject: 'Confirmed', sentence: 'The mail is mine.' },
  fr: { subject: 'Confirmation', sentence: 'Ce message est de moi.' },
} as const;

const wordsOf = {
  en: {
    '1': { subject: 'Accepted', sentence: 'I accept.' },
    '0': { subject: 'Refused', sentence: 'I refuse.' },
    '2': { subject: 'Question', sentence: 'My question (write it here):' },
  },
  fr: {
    '1': { subject: 'Accord', sentence: "J'accepte." },
    '0': { subject: 'Refus', sentence: 'Je refuse.' },
    '2': { subject: 'Question', sentence: 'Ma question (à écrire ici) :' },
  },
} as const;
