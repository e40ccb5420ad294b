import type { Language } from './outgoing.ts';

/** Words that a mail takes from elsewhere, in the language of its reader; what is not among them stays as it is. */
const french: ReadonlyMap<string, string> = new Map([
  ['accepted', 'acceptée'],
  ['refused', 'refusée'],
  ['accept', 'accepter'],
  ['refuse', 'refuser'],
  ['ask for information', 'demander une information'],
  ['registered', 'enregistré'],
  ['on hold', 'en attente'],
  ['solved', 'résolu'],
  ['closed', 'clos'],
]);

export const inLanguage = (words: string, language: Language): string =>
  language === 'fr' ? (french.get(words) ?? words) : words;

/** What it means that nobody answers in time, by what the step of the approval says. */
export const silenceWords: Readonly<Record<Language, Readonly<Record<'accepted' | 'refused', string>>>> = {
  en: {
    accepted: 'If nobody answers by then, it counts as accepted.',
    refused: 'If nobody answers by then, it counts as refused.',
  },
  fr: {
    accepted: "Sans réponse d'ici là, la demande est acceptée.",
    refused: "Sans réponse d'ici là, la demande est refusée.",
  },
};
