/** The placeholders of templates (spec §9), and what stands in their place when the mail is sent. */
export const templateTags = {
  RFC_NUMBER: "The ticket's number.",
  TITLE: "The ticket's title.",
  DESCRIPTION: 'Its description.',
  CATEGORY: "Its category's full path.",
  SUBMIT_DATE: 'When the ticket was created.',
  STATE: 'Its state, in words.',
  PRIORITY: '1 highest to 5 lowest.',
  URGENCY: '1 high, 2 medium, 3 low.',
  REQUESTOR: 'Name of who asks.',
  RECIPIENT: 'Name of whom it is for; the requestor where nobody else is named.',
  SUPPORT_GROUP: 'The support group that it is assigned to.',
  ASSET: 'The equipment, by name, or as written in the mail.',
  SOLUTION: 'The text of its last solution.',
  ADDRESSEE: 'Name of whom the mail goes to.',
  CURRENT_ACTION_ID: 'The action that the mail is sent from.',
  ACTION_ID: 'The action before that one.',
  ACCEPT_URL: 'Link that accepts: a mail with CHOICE 1. Only in mails that ask for a choice, like the next three.',
  REFUSE_URL: 'Link that refuses: a mail with CHOICE 0.',
  ASK_URL: 'Link that asks for information: a mail with CHOICE 2.',
  CONFIRM_URL: 'Link that confirms an earlier mail. Only in `operation_confirmation`.',
  EXPIRES_AT: 'Until when the choice, or the confirmation, is waited for.',
  SILENCE: 'What it means that nobody answers by then.',
  OUTCOME: 'What became of a choice or an approval.',
  APPROVER: 'Name of who chose.',
  COMMENT: 'What was said with the choice.',
  QUESTION: "An approver's question.",
  ANSWER: "The requestor's answer to it.",
  UNDERSTOOD: 'What was understood of an instruction with errors.',
  ERRORS: 'Its errors, each with its place and its cure.',
  REASON: 'Why the mail is sent, in a sentence.',
  DUE_AT: 'When a target is due.',
  SUBJECT: 'Subject of the mail that is answered.',
} as const;

export type TemplateTag = keyof typeof templateTags;

export const isTemplateTag = (name: string): name is TemplateTag => Object.hasOwn(templateTags, name);
