import type { OutgoingKind } from '../outgoing.ts';

/** Subject and text of each mail; the HTML part follows from the text. */
export const english: Readonly<Record<Exclude<OutgoingKind, 'redirect'>, readonly [subject: string, text: string]>> = {
  answer: [
    'Not done: #SUBJECT#',
    `Your mail "#SUBJECT#" holds an instruction that could not be followed. Nothing was changed.

#ERRORS#

What was understood:
#UNDERSTOOD#

Please correct it and send it again.`,
  ],
  acknowledgement: [
    '[#RFC_NUMBER#] #TITLE#',
    `Hello #ADDRESSEE#,

your request is registered as #RFC_NUMBER#, in the category #CATEGORY#, with priority #PRIORITY#.

Reply to this mail to add something to it.`,
  ],
  documents_not_stored: [
    '[#RFC_NUMBER#] Your files were not kept: #TITLE#',
    `Hello #ADDRESSEE#,

your message is with #RFC_NUMBER#, but its files were not kept: #COMMENT#

This service stores no files at present. Please hand them in another way.`,
  ],
  approval_request: [
    '[#RFC_NUMBER#] Your approval is asked for: #TITLE#',
    `Hello #ADDRESSEE#,

#REQUESTOR# asks for your approval of #RFC_NUMBER#, #CATEGORY#: #TITLE#

#DESCRIPTION#

Please choose by one of these links until #EXPIRES_AT#. #SILENCE# Each opens a mail that is ready to be sent; leave its lines with @ as they are, and write a comment above them if you like.

Accept: #ACCEPT_URL#

Refuse: #REFUSE_URL#

Ask for information: #ASK_URL#

The links are for you alone: please do not forward this mail.`,
  ],
  approval_reminder: [
    '[#RFC_NUMBER#] Reminder: your approval is asked for: #TITLE#',
    `Hello #ADDRESSEE#,

your choice on #RFC_NUMBER# is still waited for, until #EXPIRES_AT#: #TITLE#

#SILENCE#

#DESCRIPTION#

Accept: #ACCEPT_URL#

Refuse: #REFUSE_URL#

Ask for information: #ASK_URL#

The links are for you alone: please do not forward this mail.`,
  ],
  approval_escalation: [
    '[#RFC_NUMBER#] Your approval is asked for in place of others: #TITLE#',
    `Hello #ADDRESSEE#,

nobody of those who were asked has answered in time, so #RFC_NUMBER# of #REQUESTOR# is yours to decide until #EXPIRES_AT#: #TITLE#

#SILENCE#

#DESCRIPTION#

Accept: #ACCEPT_URL#

Refuse: #REFUSE_URL#

Ask for information: #ASK_URL#

The links are for you alone: please do not forward this mail.`,
  ],
  approval_again: [
    '[#RFC_NUMBER#] The answer to your question: #TITLE#',
    `Hello #ADDRESSEE#,

about #RFC_NUMBER# you asked:

#QUESTION#

The answer is:

#ANSWER#

Please choose until #EXPIRES_AT#. #SILENCE#

Accept: #ACCEPT_URL#

Refuse: #REFUSE_URL#

Ask for information: #ASK_URL#

The links are for you alone: please do not forward this mail.`,
  ],
  choice_confirmation: [
    '[#RFC_NUMBER#] Please confirm your choice: #TITLE#',
    `Hello #ADDRESSEE#,

a choice on #RFC_NUMBER# came in your name: #OUTCOME#. It could not be proved that it is yours, so it has no effect.

If it is yours, send it again by one of these links. If it is not, somebody else wrote it: do nothing, or refuse.

Accept: #ACCEPT_URL#

Refuse: #REFUSE_URL#

Ask for information: #ASK_URL#`,
  ],
  operation_confirmation: [
    'Please confirm your mail: #SUBJECT#',
    `Hello #ADDRESSEE#,

a mail in your name asks for something, and it could not be proved that it is yours. Nothing was done.

Its subject: #SUBJECT#
Its ticket: #RFC_NUMBER#
#UNDERSTOOD#

If you wrote it, confirm it by this link until #EXPIRES_AT#. It opens a mail that is ready to be sent; leave its line with @ as it is.

Yes, it is mine: #CONFIRM_URL#

If you did not, do nothing: it is not carried out.

The link is for you alone: please do not forward this mail.`,
  ],
  choice_answer: [
    '[#RFC_NUMBER#] Your choice: #TITLE#',
    `Your choice on #RFC_NUMBER# was received.

#OUTCOME#`,
  ],
  information_request: [
    '[#RFC_NUMBER#] A question about your request: #TITLE#',
    `Hello #ADDRESSEE#,

#APPROVER# asks about #RFC_NUMBER#:

#QUESTION#

Please answer by a reply to this mail.`,
  ],
  decision: [
    '[#RFC_NUMBER#] #OUTCOME#: #TITLE#',
    `Hello #ADDRESSEE#,

your request #RFC_NUMBER# is #OUTCOME#. #APPROVER#

#COMMENT#`,
  ],
  solution_confirmation: [
    '[#RFC_NUMBER#] Is it solved? #TITLE#',
    `Hello #ADDRESSEE#,

#RFC_NUMBER# is solved:

#SOLUTION#

Is it solved for you? Without an answer it is closed on #EXPIRES_AT#.

Yes, it is solved: #ACCEPT_URL#

No, it is not: #REFUSE_URL#`,
  ],
  assignment: [
    '[#RFC_NUMBER#] For #SUPPORT_GROUP#: #TITLE#',
    `#RFC_NUMBER# of #REQUESTOR# is for #SUPPORT_GROUP#: #CATEGORY#, priority #PRIORITY#.

#DESCRIPTION#`,
  ],
  delegation: [
    '#DELEGATE# answers approvals in your place',
    `Hello #ADDRESSEE#,

from #STARTS_AT# until #EXPIRES_AT#, #DELEGATE# may answer what you are asked to approve, and gets a copy of each request.

An administrator has set this up. If you do not want it, please tell your administrator.`,
  ],
  target_warning: [
    '[#RFC_NUMBER#] Target: #TITLE#',
    `#RFC_NUMBER#, #CATEGORY#, priority #PRIORITY#: #TITLE#

#REASON#`,
  ],
};
