CREATE TABLE "not_given" (
	"mailbox_id" bigint NOT NULL,
	"account" integer NOT NULL,
	"protocol_id" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_error" text NOT NULL,
	CONSTRAINT "not_given_once" PRIMARY KEY("mailbox_id","account","protocol_id")
);
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "ledger_exactly_once";--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_reason_known";--> statement-breakpoint
DROP INDEX "messages_to_remove";--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "not_given_messages" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "account" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "account" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "recurrence" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "not_given" ADD CONSTRAINT "not_given_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "messages_to_remove" ON "messages" USING btree ("mailbox_id","id") WHERE "messages"."removed_at" is null and "messages"."disposition" is not null and "messages"."reason" is distinct from 'not_given';--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "ledger_exactly_once" UNIQUE("mailbox_id","account","protocol_id","recurrence");--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_reason_known" CHECK ("messages"."reason" in ('auto_reply', 'report', 'null_return_path', 'own_mail', 'sender_not_authentic', 'sender_mismatch', 'unknown_sender', 'not_authorised', 'already_decided', 'already_chosen', 'token_refused', 'token_required', 'ticket_closed', 'no_sender', 'several_senders', 'malformed_instruction', 'conflicting_variable', 'unknown_field', 'invalid_value', 'unknown_ticket', 'unknown_category', 'operation_not_allowed', 'no_waiting_action', 'mail_loop', 'sender_unproven', 'too_large', 'unreadable', 'failing', 'not_given', 'same_message'));