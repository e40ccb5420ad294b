CREATE TABLE "approval_requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "approval_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"action_id" bigint NOT NULL,
	"employee_id" bigint NOT NULL,
	"instead_of_id" bigint,
	"state" text DEFAULT 'asked' NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"chosen_at" timestamp (3) with time zone,
	"message_id" bigint,
	CONSTRAINT "approval_requests_state_known" CHECK ("approval_requests"."state" in ('asked', 'information', 'accepted', 'refused', 'superseded'))
);
--> statement-breakpoint
CREATE TABLE "approval_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"request_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"action_id" bigint PRIMARY KEY NOT NULL,
	"ticket_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"position" smallint NOT NULL,
	"step" jsonb NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"remind_at" timestamp (3) with time zone,
	"escalate_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "approvals_kind_known" CHECK ("approvals"."kind" in ('approval', 'confirmation')),
	CONSTRAINT "approvals_state_known" CHECK ("approvals"."state" in ('waiting', 'accepted', 'refused', 'expired', 'withdrawn')),
	CONSTRAINT "approvals_decided_at_when_decided" CHECK (("approvals"."state" = 'waiting') = ("approvals"."decided_at" is null))
);
--> statement-breakpoint
CREATE TABLE "calendars" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "calendars_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"hours" jsonb NOT NULL,
	"holidays" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delegations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "delegations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"employee_id" bigint NOT NULL,
	"delegate_id" bigint NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "delegations_to_another" CHECK ("delegations"."employee_id" <> "delegations"."delegate_id"),
	CONSTRAINT "delegations_in_order" CHECK ("delegations"."starts_at" <= "delegations"."ends_at")
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"name" text NOT NULL,
	"language" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "templates_once" PRIMARY KEY("name","language"),
	CONSTRAINT "templates_name_known" CHECK ("templates"."name" in ('redirect', 'answer', 'acknowledgement', 'approval_request', 'approval_reminder', 'approval_escalation', 'approval_again', 'choice_confirmation', 'choice_answer', 'information_request', 'decision', 'solution_confirmation', 'assignment', 'target_warning')),
	CONSTRAINT "templates_language_known" CHECK ("templates"."language" in ('en', 'fr'))
);
--> statement-breakpoint
ALTER TABLE "actions" DROP CONSTRAINT "actions_kind_known";--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_reason_known";--> statement-breakpoint
ALTER TABLE "outbox" DROP CONSTRAINT "outbox_kind_known";--> statement-breakpoint
ALTER TABLE "workflow_outbox" DROP CONSTRAINT "workflow_outbox_kind_known";--> statement-breakpoint
ALTER TABLE "outbox" ALTER COLUMN "subject" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ALTER COLUMN "text" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "approval_steps" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "closed_reply_policy" text DEFAULT 'reopen' NOT NULL;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "calendar_id" bigint;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "targets" jsonb;--> statement-breakpoint
ALTER TABLE "employees" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "sender_authentication" text DEFAULT 'off' NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "authentication_servers" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "sender_authentication" text;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "ticket_id" bigint;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "action_id" bigint;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "approval_request_id" bigint;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "answers_message_id" bigint;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "tags" jsonb DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "held_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "assigned_group" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "phase" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "respond_by" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "solve_by" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "responded_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "occurrences" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "approval_requests" ADD CONSTRAINT "approval_requests_action_id_approvals_action_id_fk" FOREIGN KEY ("action_id") REFERENCES "public"."approvals"("action_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_requests" ADD CONSTRAINT "approval_requests_employee_id_employees_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_requests" ADD CONSTRAINT "approval_requests_instead_of_id_employees_id_fk" FOREIGN KEY ("instead_of_id") REFERENCES "public"."employees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_requests" ADD CONSTRAINT "approval_requests_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_tokens" ADD CONSTRAINT "approval_tokens_request_id_approval_requests_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."approval_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_action_id_actions_id_fk" FOREIGN KEY ("action_id") REFERENCES "public"."actions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegations" ADD CONSTRAINT "delegations_employee_id_employees_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employees"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegations" ADD CONSTRAINT "delegations_delegate_id_employees_id_fk" FOREIGN KEY ("delegate_id") REFERENCES "public"."employees"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "approval_requests_once" ON "approval_requests" USING btree ("action_id","employee_id");--> statement-breakpoint
CREATE INDEX "approval_tokens_by_request" ON "approval_tokens" USING btree ("request_id");--> statement-breakpoint
CREATE UNIQUE INDEX "approvals_one_waiting" ON "approvals" USING btree ("ticket_id") WHERE "approvals"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "approvals_by_ticket" ON "approvals" USING btree ("ticket_id");--> statement-breakpoint
CREATE UNIQUE INDEX "calendars_name_once" ON "calendars" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "delegations_by_employee" ON "delegations" USING btree ("employee_id");--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_calendar_id_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_action_id_actions_id_fk" FOREIGN KEY ("action_id") REFERENCES "public"."actions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_approval_request_id_approval_requests_id_fk" FOREIGN KEY ("approval_request_id") REFERENCES "public"."approval_requests"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_answers_message_id_messages_id_fk" FOREIGN KEY ("answers_message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_answers_once" ON "outbox" USING btree ("answers_message_id") WHERE "outbox"."kind" in ('answer', 'acknowledgement');--> statement-breakpoint
CREATE INDEX "outbox_by_recipient" ON "outbox" USING btree ("to_address","created_at");--> statement-breakpoint
CREATE INDEX "outbox_by_ticket" ON "outbox" USING btree ("ticket_id");--> statement-breakpoint
CREATE INDEX "tickets_by_correlation" ON "tickets" USING btree ("configuration_item_id","external_reference") WHERE "tickets"."type" = 'E' and "tickets"."state" in ('registered', 'on_hold');--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_kind_known" CHECK ("actions"."kind" in ('registration', 'update', 'hold', 'restart', 'solution', 'reply', 'closing', 'validation', 'question', 'answer', 'decision', 'assignment', 'escalation', 'occurrence'));--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_closed_reply_policy_known" CHECK ("categories"."closed_reply_policy" in ('reopen', 'new_linked', 'reject'));--> statement-breakpoint
ALTER TABLE "employees" ADD CONSTRAINT "employees_language_known" CHECK ("employees"."language" in ('en', 'fr'));--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_sender_authentication_known" CHECK ("mailboxes"."sender_authentication" in ('off', 'authentication-results', 'verify'));--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_sender_authentication_known" CHECK ("messages"."sender_authentication" in ('pass', 'fail', 'none', 'off'));--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_reason_known" CHECK ("messages"."reason" in ('auto_reply', 'report', 'null_return_path', 'own_mail', 'sender_mismatch', 'unknown_sender', 'not_authorised', 'already_decided', 'already_chosen', 'token_refused', 'token_required', 'ticket_closed', 'no_sender', 'several_senders', 'malformed_instruction', 'conflicting_variable', 'unknown_field', 'invalid_value', 'unknown_ticket', 'unknown_category', 'operation_not_allowed', 'no_waiting_action', 'mail_loop', 'too_large', 'unreadable', 'failing', 'same_message'));--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_language_known" CHECK ("outbox"."language" in ('en', 'fr'));--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_kind_known" CHECK ("outbox"."kind" in ('redirect', 'answer', 'acknowledgement', 'approval_request', 'approval_reminder', 'approval_escalation', 'approval_again', 'choice_confirmation', 'choice_answer', 'information_request', 'decision', 'solution_confirmation', 'assignment', 'target_warning'));--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_held_since_on_hold" CHECK ("tickets"."held_since" is null or "tickets"."state" = 'on_hold');--> statement-breakpoint
ALTER TABLE "workflow_outbox" ADD CONSTRAINT "workflow_outbox_kind_known" CHECK ("workflow_outbox"."kind" in ('start_ticket', 'ticket_changed', 'approval_changed'));