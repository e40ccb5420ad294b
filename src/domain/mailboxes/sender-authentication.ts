/** How a mailbox learns whether a From line is true (spec §7). */
export const senderAuthenticationModes = ['off', 'authentication-results', 'verify'] as const;
export type SenderAuthenticationMode = (typeof senderAuthenticationModes)[number];

/**
 * The verdict about the very address that counts as the sender. Only `pass` is a proof; `none` says that nothing was proved:
 * no signature, no policy, no header of the receiving server, or a check that could not be made.
 */
export const senderAuthentications = ['pass', 'fail', 'none', 'off'] as const;
export type SenderAuthentication = (typeof senderAuthentications)[number];
