ALTER TABLE "messages" DROP CONSTRAINT "messages_disposition_known";--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_ticket_with_effect";--> statement-breakpoint
DROP INDEX "ledger_content_once";--> statement-breakpoint
ALTER TABLE "approval_requests" ADD COLUMN "pending_choice" text;--> statement-breakpoint
ALTER TABLE "approval_requests" ADD COLUMN "pending_since" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_content_once" ON "messages" USING btree ("mailbox_id","content_key") WHERE "messages"."disposition" in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'choice_pending', 'filed');--> statement-breakpoint
ALTER TABLE "approval_requests" ADD CONSTRAINT "approval_requests_pending_choice_known" CHECK ("approval_requests"."pending_choice" in ('0', '1', '2'));--> statement-breakpoint
ALTER TABLE "approval_requests" ADD CONSTRAINT "approval_requests_pending_since" CHECK (("approval_requests"."pending_choice" is null) = ("approval_requests"."pending_since" is null));--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_disposition_known" CHECK ("messages"."disposition" in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'choice_pending', 'filed', 'confirmed', 'rejected', 'redirected', 'duplicate', 'quarantined'));--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_ticket_with_effect" CHECK (case when "messages"."disposition" is null then "messages"."ticket_number" is null
        else "messages"."disposition" not in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'choice_pending', 'filed') or "messages"."ticket_number" is not null end);