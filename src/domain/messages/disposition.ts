/** How the handling of a message ended, spec §4. */
export const dispositions = [
  'created',
  'updated',
  'reopened',
  'solved',
  'put_on_hold',
  'choice_recorded',
  /** A choice without proof: it waits until the person asked confirms it. */
  'choice_pending',
  'filed',
  /** It confirmed an earlier message of its sender, which is handled again. */
  'confirmed',
  'rejected',
  'redirected',
  'duplicate',
  'quarantined',
] as const;

export type Disposition = (typeof dispositions)[number];

/** What an administrator can release, to be handled again, or discard. */
export const releasableDispositions = [
  'rejected',
  'redirected',
  'quarantined',
] as const satisfies readonly Disposition[];

export const isReleasable = (disposition: Disposition | null): boolean =>
  releasableDispositions.some((one) => one === disposition);

/** Why a message was rejected: a rule did not let it through (spec §4 and §7). */
export const rejectionReasons = [
  'auto_reply',
  'report',
  'null_return_path',
  'own_mail',
  /** The mail's authentication failed: its From line is proved false (spec §7). */
  'sender_not_authentic',
  'sender_mismatch',
  'unknown_sender',
  'not_authorised',
  /** A choice after the decision, and a second one of the same person (spec §9). */
  'already_decided',
  'already_chosen',
  /** A token that is unknown, of another action or person, or dead; and none where one is needed (spec §7). */
  'token_refused',
  'token_required',
  /** A reply to a closed ticket whose category takes none. */
  'ticket_closed',
  /** A rule of the mailbox (spec §14). */
  'rejected_by_rule',
] as const;

/** Why a message was quarantined: it could not be handled (spec §4). */
export const quarantineReasons = [
  'no_sender',
  'several_senders',
  'malformed_instruction',
  'conflicting_variable',
  'unknown_field',
  'invalid_value',
  'unknown_ticket',
  'unknown_category',
  'operation_not_allowed',
  'no_waiting_action',
  'mail_loop',
  /** Enough strangers wrote in this hour (spec §7). */
  'too_many_strangers',
  /** What it asks for needs a proved sender, and nothing was proved (spec §7). */
  'sender_unproven',
  /** A rule of the mailbox (spec §14). */
  'quarantined_by_rule',
  'too_large',
  'unreadable',
  'failing',
  /** The server lists it and does not give it; the original stays in the inbox. */
  'not_given',
] as const;

export type RejectionReason = (typeof rejectionReasons)[number];
export type QuarantineReason = (typeof quarantineReasons)[number];
export type ReasonCode = RejectionReason | QuarantineReason | 'same_message';
