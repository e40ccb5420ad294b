import { judge } from '../../domain/handling/judge.ts';
import { describe } from '../../domain/tickets/description.ts';
import type { Disposition, ReasonCode } from '../../domain/messages/disposition.ts';
import type { Choice, InstructionReading, OperationName } from '../../domain/messages/instruction.ts';
import { factsQueryFor, soleSender } from '../../domain/handling/facts-query.ts';
import type { Attachment, Message } from '../../domain/messages/message.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import { resolveOperation } from '../../domain/tickets/operation.ts';
import { defaultPolicy } from '../../domain/handling/policy.ts';
import type { ReadOptions } from '../../instructions/read-instruction.ts';
import type { MimeReading } from '../../mail/mime/mime.ts';
import { type RefusedMail, understand } from '../../mail/mime/understand.ts';
import { assumedFacts } from './check-facts.ts';

/** What the agent would make of one file: the object of spec §12, its keys in that order. */
export interface CheckResult {
  readonly file: string;
  readonly disposition: Disposition;
  readonly reason: ReasonCode | null;
  readonly from: string | null;
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly instruction: {
    /** Null for a reply that is only filed, and where the operation cannot be told. */
    readonly operation: OperationName | null;
    readonly rfcNumber: string | null;
    readonly actionId: string | null;
    readonly choice: Choice | null;
    readonly variables: Readonly<Record<string, string>>;
    readonly fields: Readonly<Record<string, string>>;
  };
  readonly attachments: readonly Omit<Attachment, 'inline'>[];
  readonly description: string | null;
  readonly warnings: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
}

/** A result with the sentence that explains a refusal, which the JSON of spec §12 does not carry; empty when nothing is refused. */
export interface CheckedMessage {
  readonly result: CheckResult;
  readonly explanation: string;
  /** The text that the places of warnings and errors are in; empty when the mail was not understood. */
  readonly text: string;
}

/** Whether a choice without a token would be proved cannot be told without a database: it is judged as one that is. */
const dryPolicy = { ...defaultPolicy, approvalWithoutToken: 'accept' } as const;

/** A dry run on a message as read: the rejection rules, the grammar and the judgement of the agent, on assumed facts. */
export const checkMessage = (file: string, mime: MimeReading, readOptions: ReadOptions): CheckedMessage => {
  const mail = understand(mime, readOptions);
  if (!mail.ok) return notUnderstood(file, mail);
  const { message, instruction: reading } = mail;
  const { instruction } = reading;
  const facts = assumedFacts(factsQueryFor(message, reading), instruction);
  const { plan } = judge({ ...mail, facts }, dryPolicy);
  const { disposition, reason, explanation, warnings } =
    plan.kind === 'refuse' ? plan : { ...plan, reason: null, explanation: '' };
  const errors =
    reading.errors.length === 0 && disposition === 'quarantined'
      ? [{ code: reason, message: explanation, line: null, column: null, variable: null }]
      : reading.errors;
  return {
    result: {
      file,
      disposition,
      reason,
      from: soleSender(message)?.address ?? null,
      subject: message.subject,
      messageId: message.messageId,
      instruction: {
        operation: operationOf(message, reading),
        rfcNumber: instruction.rfcNumber,
        actionId: instruction.actionId,
        choice: instruction.choice,
        variables: instruction.variables,
        fields: instruction.fields,
      },
      attachments: message.attachments.map(({ name, contentType, size, sha256 }) => ({
        name,
        contentType,
        size,
        sha256,
      })),
      description: instruction.description ?? describe(message.subject, reading.bodyWithoutInstructions),
      warnings: warnings.map(plainNotice),
      errors: errors.map(plainNotice),
    },
    explanation,
    text: message.text,
  };
};

const operationOf = (message: Message, reading: InstructionReading): OperationName | null => {
  if (reading.errors.some(({ variable }) => variable === 'OPERATION')) return null;
  const operation = resolveOperation(reading.instruction, factsQueryFor(message, reading).ticket !== null);
  return operation === 'FILE' ? null : operation;
};

/** The form of spec §12, whatever else a notice carries. */
const plainNotice = ({ code, message, line, column, variable }: Diagnostic): Diagnostic => ({
  code,
  message,
  line,
  column,
  variable,
});

const notUnderstood = (file: string, mail: RefusedMail): CheckedMessage => {
  const { plan } = judge(mail, defaultPolicy);
  const { reason, explanation, from, subject, messageId } = mail;
  return {
    result: {
      file,
      disposition: plan.disposition,
      reason,
      from,
      subject,
      messageId,
      instruction: { operation: null, rfcNumber: null, actionId: null, choice: null, variables: {}, fields: {} },
      attachments: [],
      description: null,
      warnings: [],
      errors: [{ code: reason, message: explanation, line: null, column: null, variable: null }],
    },
    explanation,
    text: '',
  };
};
