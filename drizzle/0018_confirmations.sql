CREATE TABLE "confirmation_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"message_id" bigint NOT NULL,
	"employee_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_disposition_known";--> statement-breakpoint
ALTER TABLE "outbox" DROP CONSTRAINT "outbox_kind_known";--> statement-breakpoint
ALTER TABLE "templates" DROP CONSTRAINT "templates_name_known";--> statement-breakpoint
ALTER TABLE "confirmation_tokens" ADD CONSTRAINT "confirmation_tokens_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "confirmation_tokens" ADD CONSTRAINT "confirmation_tokens_employee_id_employees_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employees"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "confirmation_tokens_by_message" ON "confirmation_tokens" USING btree ("message_id");--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_disposition_known" CHECK ("messages"."disposition" in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'filed', 'confirmed', 'rejected', 'redirected', 'duplicate', 'quarantined'));--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_kind_known" CHECK ("outbox"."kind" in ('redirect', 'answer', 'acknowledgement', 'approval_request', 'approval_reminder', 'approval_escalation', 'approval_again', 'choice_confirmation', 'operation_confirmation', 'choice_answer', 'information_request', 'decision', 'solution_confirmation', 'assignment', 'target_warning'));--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_name_known" CHECK ("templates"."name" in ('redirect', 'answer', 'acknowledgement', 'approval_request', 'approval_reminder', 'approval_escalation', 'approval_again', 'choice_confirmation', 'operation_confirmation', 'choice_answer', 'information_request', 'decision', 'solution_confirmation', 'assignment', 'target_warning'));