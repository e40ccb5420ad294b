ALTER TABLE "outbox" DROP CONSTRAINT "outbox_state_known";--> statement-breakpoint
ALTER TABLE "outbox" DROP CONSTRAINT "outbox_sent_at_when_sent";--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "report_message_id" bigint;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_report_message_id_messages_id_fk" FOREIGN KEY ("report_message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_state_known" CHECK ("outbox"."state" in ('pending', 'sent', 'bounced', 'failed'));--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_sent_at_when_sent" CHECK (("outbox"."state" in ('sent', 'bounced')) = ("outbox"."sent_at" is not null));