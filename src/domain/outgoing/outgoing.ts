/** Every mail that the agent sends, each a template of this name; `redirect` alone has a fixed text (spec §7, §9). */
export const outgoingKinds = [
  'redirect',
  /** Instruction with errors: what was understood, what was wrong. */
  'answer',
  'acknowledgement',
  /** Files of a mail are not kept, because no return address is set. */
  'documents_not_stored',
  'approval_request',
  'approval_reminder',
  /** The person who is asked because the others did not answer. */
  'approval_escalation',
  /** The approver is asked again, with the requestor's answer. */
  'approval_again',
  /** A CHOICE came without a token: the approver's address on record is asked to confirm it. */
  'choice_confirmation',
  /** An operation came that nothing proves to be its sender's: their address on record is asked whether it is. */
  'operation_confirmation',
  /** What became of a choice: counted, too late, repeated, not asked for. */
  'choice_answer',
  /** The approver's question to the requestor. */
  'information_request',
  /** The outcome of an approval, to the requestor. */
  'decision',
  /** The requestor is asked whether the ticket is solved indeed. */
  'solution_confirmation',
  /** A ticket for the people of a support group. */
  'assignment',
  /** Somebody may answer in an approver's place: the approver is told. */
  'delegation',
  /** A response or solution target is near, or missed. */
  'target_warning',
] as const;
export type OutgoingKind = (typeof outgoingKinds)[number];

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];
