import type { HeaderField } from '../../domain/messages/message.ts';

/** One method's verdict in an Authentication-Results field (RFC 8601 §2.2), names in lower case. */
export interface MethodResult {
  readonly method: string;
  readonly result: string;
  /** `ptype.property` → value, for example `header.from` → `example.com`. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface AuthenticationResults {
  /** Who says so, lower case; null where the field names nobody, as Microsoft's do. */
  readonly server: string | null;
  readonly results: readonly MethodResult[];
}

/** In the list of servers it stands for a field without one: Exchange Online writes such, and removes those that come in. */
export const namelessServer = '-';

/**
 * The field that counts: the topmost one of a server in the list (RFC 8601 §7.1). Others, also the same server's further down, may
 * have come with the mail. A field of a listed server decides readable or not, and so does one whose server cannot be read: whoever
 * sends a mail has a say in what its receiver writes. Null: no field counts, or the one that does says nothing.
 */
export const trustedResults = (
  headers: readonly HeaderField[],
  servers: readonly string[],
): AuthenticationResults | null => {
  for (const [name, value] of headers) {
    if (name !== 'authentication-results') continue;
    const server = serverOf(value);
    if (server === undefined) return null;
    if (servers.includes(server ?? namelessServer)) return parseAuthenticationResults(value);
  }
  return null;
};

/** Who says so, as in `AuthenticationResults`, even of a field whose rest cannot be read; undefined where the name itself cannot. */
export const serverOf = (value: string): string | null | undefined => {
  const [head = []] = sectionsOf(value).sections;
  return isMethod(head) ? null : head[0]?.toLowerCase();
};

/** Without a server the first section is a method already: `spf=pass …`. */
const isMethod = (head: readonly string[]): boolean => head[1] === '=' || (head[1] === '/' && head[3] === '=');

/** An unfolded field's value; null when it does not follow the grammar in what matters here. Linear in its length. */
export const parseAuthenticationResults = (value: string): AuthenticationResults | null => {
  const { sections, complete } = sectionsOf(value);
  if (!complete) return null;
  const [head = [], ...rest] = sections;
  const named = !isMethod(head);
  const [server, version] = head;
  if (named && (server === undefined || head.length > 2 || (version !== undefined && version !== '1'))) return null;
  const results: MethodResult[] = [];
  for (const section of named ? rest : sections) {
    if (section.length === 0 || (section.length === 1 && section[0] === 'none')) continue;
    const result = methodResult(section);
    if (result === null) return null;
    results.push(result);
  }
  return { server: named ? (server ?? '').toLowerCase() : null, results };
};

interface Sections {
  readonly sections: readonly (readonly string[])[];
  /** False when a quote or a comment does not end: the sections are those before it. */
  readonly complete: boolean;
}

/** Tokens of each part between semicolons, without comments. */
const sectionsOf = (value: string): Sections => {
  const sections: string[][] = [[]];
  const last = (): string[] => sections[sections.length - 1] ?? [];
  let at = 0;
  while (at < value.length) {
    const sign = value.charAt(at);
    if (/\s/u.test(sign)) at += 1;
    else if (sign === '(') {
      at = endOfComment(value, at);
      if (at < 0) return { sections, complete: false };
    } else if (sign === '"') {
      const end = endOfQuote(value, at);
      if (end < 0) return { sections, complete: false };
      last().push(value.slice(at + 1, end - 1).replace(/\\(.)/gsu, '$1'));
      at = end;
    } else if (sign === ';') {
      sections.push([]);
      at += 1;
    } else if ((sign === '=' || sign === '/') && last().at(-1) !== '=') {
      last().push(sign);
      at += 1;
    } else {
      // What stands after `=` may hold these two itself, as `header.b` does.
      const token =
        (last().at(-1) === '=' ? /^[^\s;("]+/u : /^[^\s;=/("]+/u).exec(value.slice(at, at + longestToken))?.[0] ?? sign;
      last().push(token);
      at += token.length;
    }
  }
  return { sections, complete: true };
};

const longestToken = 1024;

const endOfComment = (value: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < value.length; at += 1) {
    const sign = value[at];
    if (sign === '\\') at += 1;
    else if (sign === '(') depth += 1;
    else if (sign === ')' && --depth === 0) return at + 1;
  }
  return -1;
};

const endOfQuote = (value: string, from: number): number => {
  for (let at = from + 1; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === '"') return at + 1;
  }
  return -1;
};

/** `method [/ version] = result *( ptype.property = value )`; a reason counts as a property. */
const methodResult = (tokens: readonly string[]): MethodResult | null => {
  const bare = tokens[1] === '/' ? [tokens[0] ?? '', ...tokens.slice(3)] : tokens;
  const [method, equals, result] = bare;
  if (method === undefined || equals !== '=' || result === undefined || isSign(method) || isSign(result)) return null;
  const properties = new Map<string, string>();
  let at = 3;
  while (at < bare.length) {
    const name = bare[at];
    if (name === undefined || isSign(name) || bare[at + 1] !== '=') return null;
    const value = bare[at + 2] ?? '';
    const key = name.toLowerCase();
    // The first one counts, and a second one of another value makes the field worth nothing.
    if (properties.has(key) && properties.get(key) !== value) return null;
    properties.set(key, value);
    at += 3;
  }
  return { method: method.toLowerCase(), result: result.toLowerCase(), properties };
};

const isSign = (token: string): boolean => token === '=' || token === '/';
