import type { Rule } from 'eslint';

/** By Drizzle or in SQL, with the table by name or as a placeholder. */
const table = String.raw`(\(|\s+)(\$\{)?(schema\.)?tickets\b`;
/** Columns that follow from a ticket's state machine, as Drizzle and SQL name them. */
const columns = 'state|holdUntil|hold_until|heldSince|held_since|solvedAt|solved_at|closeAt|close_at';

const inserts = new RegExp(String.raw`\binsert(\s+into)?${table}`, 'i');
const updates = new RegExp(String.raw`\bupdate${table}(?:(?!\bwhere\b)[^])*?\b(${columns})\b`, 'i');

/**
 * A ticket's state has one writer, `src/db/tickets/ticket-state.ts`: no other file inserts a ticket or updates the columns that follow from
 * its state. The rule reads the text, since a statement may be written in many forms; a file is reported once.
 */
export const oneTicketWriter: Rule.RuleModule = {
  create(context) {
    return {
      Program(node) {
        const text = context.sourceCode.getText();
        if (inserts.test(text) || updates.test(text))
          context.report({
            node,
            message:
              "A ticket's state has one writer: use setTicketState or insertTicket of src/db/tickets/ticket-state.ts.",
          });
      },
    };
  },
};
