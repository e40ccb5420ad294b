import type { OutgoingKind } from './outgoing.ts';

/** Automatic answers: nobody waits for them, and their bounces tell nothing (spec §9; RFC 3834 §3.3). */
const withoutBounces: ReadonlySet<OutgoingKind> = new Set<OutgoingKind>(['acknowledgement', 'answer']);

/** The envelope sender of a mail, where its bounces go: the address that it comes from; null for none (RFC 5321 §4.5.5). */
export const bounceAddress = (kind: OutgoingKind, from: string): string | null =>
  withoutBounces.has(kind) ? null : from;
