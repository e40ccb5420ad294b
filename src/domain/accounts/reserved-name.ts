/** Names by which the operation log tells of the agent, its parts, programs and people who are not known. */
const reserved =
  /^(?:(?:the )?(?:admin(?:istrator)?|api|bearer|access) ?token|token(?: .*)?|process|agent|the agent|tsa(?: .*)?|system|worker|administrator|unknown(?: .*)?|nobody|anonymous|null|undefined)$/u;

/**
 * Whether a user of this name could be taken for the agent or a program. Letters that look alike in Unicode's compatibility forms, invisible signs and
 * white space do not hide it.
 */
export const isReservedName = (name: string): boolean =>
  reserved.test(
    name
      .normalize('NFKC')
      .replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cc}/gu, '')
      .replaceAll(/[\s._-]+/gu, ' ')
      .trim()
      .toLowerCase(),
  );
