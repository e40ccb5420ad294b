CREATE TABLE "mailbox_rules" (
	"mailbox_id" bigint PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_reason_known";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "rules" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "mailbox_rules" ADD CONSTRAINT "mailbox_rules_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_reason_known" CHECK ("messages"."reason" in ('auto_reply', 'report', 'null_return_path', 'own_mail', 'sender_not_authentic', 'sender_mismatch', 'unknown_sender', 'not_authorised', 'already_decided', 'already_chosen', 'token_refused', 'token_required', 'ticket_closed', 'rejected_by_rule', 'no_sender', 'several_senders', 'malformed_instruction', 'conflicting_variable', 'unknown_field', 'invalid_value', 'unknown_ticket', 'unknown_category', 'operation_not_allowed', 'no_waiting_action', 'mail_loop', 'too_many_strangers', 'sender_unproven', 'quarantined_by_rule', 'too_large', 'unreadable', 'failing', 'not_given', 'same_message'));