import { withoutUnseen } from '../text/characters.ts';
import { classOf } from '../text/sign-classes.ts';
import { knownName, knownNames, type KnownName } from './vocabulary.ts';

const at = classOf('@');
const unseen = String.raw`[\t\p{Zs}\p{Cf}\p{Default_Ignorable_Code_Point}]{0,8}`;
const name = String.raw`([\p{L}\p{N}][\p{L}\p{M}\p{N}\p{Pc}\p{Cf}]{0,63})`;
const quote = String.raw`['"{\p{Pi}\p{Pf}‚„′´\x60＇＂]`;
const opening = new RegExp(`${at}${unseen}${name}${unseen}${at}${unseen}${classOf('=')}${unseen}(?=${quote})`, 'uy');

/** `@NAME@=` with signs or letters that only look like those of a name; `known` is null where no name is known that looks so. */
export interface LookAlike {
  /** As written, without what is not seen. */
  readonly found: string;
  readonly name: string;
  readonly known: KnownName | null;
  /** Where the delimiter stands. */
  readonly end: number;
}

export const readLookAlike = (text: string, from: number): LookAlike | null => {
  opening.lastIndex = from;
  const match = opening.exec(text);
  if (match === null) return null;
  const name = withoutUnseen(match[1] ?? '')
    .normalize('NFKC')
    .toUpperCase();
  return { found: withoutUnseen(match[0]).trim(), name, known: looksLike(name), end: from + match[0].length };
};

/** The known name that `name` is when accents are left out and letters of other scripts stand for one of ours each. */
const looksLike = (name: string): KnownName | null => {
  const bare = name.normalize('NFD').replace(/\p{M}/gu, '');
  const letters = Array.from(bare, (letter) => (/\w/.test(letter) ? letter : null));
  const foreign = letters.filter((letter) => letter === null).length;
  if (2 * foreign > letters.length) return null;
  if (foreign === 0) return knownName(bare);
  const isAlike = (known: string): boolean =>
    known.length === letters.length && letters.every((letter, index) => letter === null || letter === known[index]);
  return knownNames.find(isAlike) ?? null;
};
