CREATE TABLE "actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ticket_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"text" text NOT NULL,
	"employee_id" bigint,
	"message_id" bigint,
	"at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	CONSTRAINT "actions_kind_known" CHECK ("actions"."kind" in ('registration', 'update', 'hold', 'restart', 'solution', 'reply', 'closing', 'validation'))
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "categories_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"name" text NOT NULL,
	"path" text NOT NULL,
	"ticket_type" text NOT NULL,
	"process" text NOT NULL,
	"support_group" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "categories_ticket_type_known" CHECK ("categories"."ticket_type" in ('I', 'S', 'R', 'E'))
);
--> statement-breakpoint
CREATE TABLE "blobs" (
	"sha256" text PRIMARY KEY NOT NULL,
	"bytes" "bytea" NOT NULL,
	"size" integer NOT NULL,
	CONSTRAINT "blobs_sha256_form" CHECK ("blobs"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "documents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ticket_id" bigint NOT NULL,
	"sha256" text NOT NULL,
	"name" text NOT NULL,
	"content_type" text NOT NULL,
	"size" integer NOT NULL,
	"inline" boolean NOT NULL,
	"message_id" bigint,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "employee_addresses" (
	"address" text PRIMARY KEY NOT NULL,
	"employee_id" bigint NOT NULL,
	"is_primary" boolean NOT NULL,
	CONSTRAINT "employee_addresses_lower_case" CHECK ("employee_addresses"."address" = lower("employee_addresses"."address"))
);
--> statement-breakpoint
CREATE TABLE "employee_groups" (
	"employee_id" bigint NOT NULL,
	"group_name" text NOT NULL,
	CONSTRAINT "employee_groups_once" PRIMARY KEY("employee_id","group_name")
);
--> statement-breakpoint
CREATE TABLE "employees" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "employees_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "assets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tag" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "configuration_items" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "configuration_items_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailboxes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mailboxes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"active" boolean NOT NULL,
	"type" text NOT NULL,
	"read_interval_minutes" double precision NOT NULL,
	"mail_server" text,
	"port" integer,
	"login" text NOT NULL,
	"address" text NOT NULL,
	"ssl_tls" boolean NOT NULL,
	"start_tls" boolean NOT NULL,
	"application_id" text,
	"directory_id" text,
	"password_encrypted" text,
	"client_secret_encrypted" text,
	"default_category_id" bigint NOT NULL,
	"origin" text,
	"create_unknown_requestors" boolean NOT NULL,
	"redirect_unknown_emails_to" text,
	"after_processing" text NOT NULL,
	"move_to_folder" text,
	"trusted_senders" text[] NOT NULL,
	"accept_curly_quotes" boolean NOT NULL,
	"max_message_bytes" integer NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"state_detail" text DEFAULT '' NOT NULL,
	"state_since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_read_at" timestamp (3) with time zone,
	"next_read_at" timestamp (3) with time zone,
	"consecutive_failures" integer DEFAULT 0 NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "mailboxes_type_known" CHECK ("mailboxes"."type" in ('pop3', 'imap4', 'office365', 'graph')),
	CONSTRAINT "mailboxes_state_known" CHECK ("mailboxes"."state" in ('reading', 'waiting', 'paused', 'switched_off', 'credentials_refused', 'unreachable')),
	CONSTRAINT "mailboxes_after_processing_known" CHECK ("mailboxes"."after_processing" in ('delete', 'move')),
	CONSTRAINT "mailboxes_folder_with_move" CHECK (("mailboxes"."after_processing" = 'move') = ("mailboxes"."move_to_folder" is not null)),
	CONSTRAINT "mailboxes_interval_positive" CHECK ("mailboxes"."read_interval_minutes" > 0),
	CONSTRAINT "mailboxes_port_in_range" CHECK ("mailboxes"."port" between 1 and 65535),
	CONSTRAINT "mailboxes_max_message_positive" CHECK ("mailboxes"."max_message_bytes" > 0),
	CONSTRAINT "mailboxes_one_kind_of_tls" CHECK (not ("mailboxes"."ssl_tls" and "mailboxes"."start_tls")),
	CONSTRAINT "mailboxes_address_lower_case" CHECK ("mailboxes"."address" = lower("mailboxes"."address"))
);
--> statement-breakpoint
CREATE TABLE "message_chunks" (
	"message_id" bigint NOT NULL,
	"seq" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "message_chunks_once" PRIMARY KEY("message_id","seq")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"mailbox_id" bigint NOT NULL,
	"protocol_id" text NOT NULL,
	"raw_sha256" text NOT NULL,
	"size" bigint NOT NULL,
	"oversized" boolean DEFAULT false NOT NULL,
	"arrived_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"last_error" text,
	"message_id" text,
	"content_key" text,
	"from_address" text,
	"subject" text,
	"disposition" text,
	"reason" text,
	"explanation" text,
	"notices" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"ticket_number" text,
	"handled_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	"removal_error" text,
	"released_at" timestamp (3) with time zone,
	"discarded_at" timestamp (3) with time zone,
	"raw_purged_at" timestamp (3) with time zone,
	CONSTRAINT "ledger_exactly_once" UNIQUE("mailbox_id","protocol_id"),
	CONSTRAINT "messages_disposition_known" CHECK ("messages"."disposition" in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'filed', 'rejected', 'redirected', 'duplicate', 'quarantined')),
	CONSTRAINT "messages_reason_known" CHECK ("messages"."reason" in ('auto_reply', 'report', 'null_return_path', 'own_mail', 'sender_mismatch', 'unknown_sender', 'not_authorised', 'no_sender', 'several_senders', 'malformed_instruction', 'conflicting_variable', 'unknown_field', 'invalid_value', 'unknown_ticket', 'unknown_category', 'operation_not_allowed', 'no_waiting_action', 'mail_loop', 'too_large', 'unreadable', 'failing', 'same_message')),
	CONSTRAINT "messages_handled_with_disposition" CHECK (("messages"."disposition" is null) = ("messages"."handled_at" is null)),
	CONSTRAINT "messages_reason_with_refusal" CHECK (coalesce("messages"."disposition" in ('rejected', 'quarantined', 'duplicate'), false) = ("messages"."reason" is not null)),
	CONSTRAINT "messages_ticket_with_effect" CHECK (coalesce("messages"."disposition" in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'filed'), false) = ("messages"."ticket_number" is not null))
);
--> statement-breakpoint
CREATE TABLE "operation_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "operation_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone NOT NULL,
	"level" text NOT NULL,
	"mailbox_id" bigint,
	"message_id" bigint,
	"operation" text NOT NULL,
	"ticket_number" text,
	"who" text NOT NULL,
	"result" text NOT NULL,
	"reason" text,
	CONSTRAINT "operation_log_level_known" CHECK ("operation_log"."level" in ('info', 'warning', 'error'))
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"message_id_header" text NOT NULL,
	"mailbox_id" bigint,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"attached_message_id" bigint,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	CONSTRAINT "outbox_message_id_once" UNIQUE("message_id_header"),
	CONSTRAINT "outbox_kind_known" CHECK ("outbox"."kind" in ('redirect', 'answer')),
	CONSTRAINT "outbox_state_known" CHECK ("outbox"."state" in ('pending', 'sent', 'failed')),
	CONSTRAINT "outbox_sent_at_when_sent" CHECK (("outbox"."state" = 'sent') = ("outbox"."sent_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket_counters" (
	"type" text NOT NULL,
	"day" date NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "ticket_counters_once" PRIMARY KEY("type","day"),
	CONSTRAINT "ticket_counters_type_known" CHECK ("ticket_counters"."type" in ('I', 'S', 'R', 'E'))
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tickets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"number" text NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"process" text NOT NULL,
	"requestor_id" bigint NOT NULL,
	"recipient_id" bigint,
	"mailbox_id" bigint,
	"related_to" text,
	"category_id" bigint NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"urgency" smallint NOT NULL,
	"impact" smallint NOT NULL,
	"severity" smallint,
	"priority" smallint NOT NULL,
	"asset_id" bigint,
	"asset_text" text,
	"configuration_item_id" bigint,
	"configuration_item_text" text,
	"origin" text,
	"phone" text,
	"location" text,
	"department" text,
	"external_reference" text,
	"custom_fields" jsonb NOT NULL,
	"solved_at" timestamp (3) with time zone,
	"close_at" timestamp (3) with time zone,
	"hold_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tickets_number_once" UNIQUE("number"),
	CONSTRAINT "tickets_type_known" CHECK ("tickets"."type" in ('I', 'S', 'R', 'E')),
	CONSTRAINT "tickets_state_known" CHECK ("tickets"."state" in ('registered', 'on_hold', 'solved', 'closed')),
	CONSTRAINT "tickets_number_form" CHECK ("tickets"."number" ~ '^[A-Z][0-9]{6}_[0-9]{6,}$' and left("tickets"."number", 1) = "tickets"."type"),
	CONSTRAINT "tickets_levels_known" CHECK ("tickets"."urgency" between 1 and 3 and "tickets"."impact" between 1 and 3 and "tickets"."severity" between 1 and 3),
	CONSTRAINT "tickets_priority_known" CHECK ("tickets"."priority" between 1 and 5),
	CONSTRAINT "tickets_hold_only_on_hold" CHECK ("tickets"."hold_until" is null or "tickets"."state" = 'on_hold'),
	CONSTRAINT "tickets_close_only_solved" CHECK ("tickets"."close_at" is null or "tickets"."state" = 'solved')
);
--> statement-breakpoint
CREATE TABLE "workflow_outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "workflow_outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"ticket_number" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"dispatched_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"last_error" text,
	CONSTRAINT "workflow_outbox_kind_known" CHECK ("workflow_outbox"."kind" in ('start_ticket', 'ticket_changed'))
);
--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_employee_id_employees_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_sha256_blobs_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."blobs"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employee_addresses" ADD CONSTRAINT "employee_addresses_employee_id_employees_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employees"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employee_groups" ADD CONSTRAINT "employee_groups_employee_id_employees_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employees"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_default_category_id_categories_id_fk" FOREIGN KEY ("default_category_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_chunks" ADD CONSTRAINT "message_chunks_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "public"."tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_attached_message_id_messages_id_fk" FOREIGN KEY ("attached_message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_requestor_id_employees_id_fk" FOREIGN KEY ("requestor_id") REFERENCES "public"."employees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_recipient_id_employees_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."employees"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_related_to_tickets_number_fk" FOREIGN KEY ("related_to") REFERENCES "public"."tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_configuration_item_id_configuration_items_id_fk" FOREIGN KEY ("configuration_item_id") REFERENCES "public"."configuration_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "actions_by_ticket" ON "actions" USING btree ("ticket_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_code_once" ON "categories" USING btree (lower("code"));--> statement-breakpoint
CREATE UNIQUE INDEX "categories_path_once" ON "categories" USING btree (lower("path"));--> statement-breakpoint
CREATE INDEX "categories_by_name" ON "categories" USING btree (lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "documents_inline_once" ON "documents" USING btree ("ticket_id","sha256") WHERE "documents"."inline";--> statement-breakpoint
CREATE UNIQUE INDEX "documents_attached_once" ON "documents" USING btree ("ticket_id","sha256","name") WHERE not "documents"."inline";--> statement-breakpoint
CREATE UNIQUE INDEX "employee_addresses_one_primary" ON "employee_addresses" USING btree ("employee_id") WHERE "employee_addresses"."is_primary";--> statement-breakpoint
CREATE INDEX "employee_addresses_by_employee" ON "employee_addresses" USING btree ("employee_id");--> statement-breakpoint
CREATE UNIQUE INDEX "assets_tag_once" ON "assets" USING btree (lower("tag"));--> statement-breakpoint
CREATE INDEX "assets_by_name" ON "assets" USING btree (lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "configuration_items_name_once" ON "configuration_items" USING btree (lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "mailboxes_name_once" ON "mailboxes" USING btree (lower("name")) WHERE "mailboxes"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_content_once" ON "messages" USING btree ("mailbox_id","content_key") WHERE "messages"."disposition" in ('created', 'updated', 'reopened', 'solved', 'put_on_hold', 'choice_recorded', 'filed');--> statement-breakpoint
CREATE INDEX "messages_by_content" ON "messages" USING btree ("mailbox_id","content_key");--> statement-breakpoint
CREATE INDEX "messages_pending" ON "messages" USING btree ("mailbox_id","id") WHERE "messages"."disposition" is null;--> statement-breakpoint
CREATE INDEX "messages_to_remove" ON "messages" USING btree ("mailbox_id","id") WHERE "messages"."removed_at" is null and "messages"."disposition" is not null;--> statement-breakpoint
CREATE INDEX "messages_by_sender" ON "messages" USING btree ("mailbox_id","from_address","arrived_at");--> statement-breakpoint
CREATE INDEX "messages_with_raw" ON "messages" USING btree ("handled_at") WHERE "messages"."raw_purged_at" is null and "messages"."disposition" is not null;--> statement-breakpoint
CREATE INDEX "messages_by_ticket" ON "messages" USING btree ("ticket_number");--> statement-breakpoint
CREATE INDEX "operation_log_by_mailbox" ON "operation_log" USING btree ("mailbox_id","id");--> statement-breakpoint
CREATE INDEX "operation_log_by_message" ON "operation_log" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "operation_log_by_ticket" ON "operation_log" USING btree ("ticket_number","id");--> statement-breakpoint
CREATE INDEX "operation_log_by_time" ON "operation_log" USING btree ("at");--> statement-breakpoint
CREATE INDEX "outbox_pending" ON "outbox" USING btree ("id") WHERE "outbox"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "outbox_by_attached" ON "outbox" USING btree ("attached_message_id") WHERE "outbox"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "tickets_by_category" ON "tickets" USING btree ("category_id");--> statement-breakpoint
CREATE INDEX "tickets_by_requestor" ON "tickets" USING btree ("requestor_id");--> statement-breakpoint
CREATE INDEX "workflow_outbox_undispatched" ON "workflow_outbox" USING btree ("id") WHERE "workflow_outbox"."dispatched_at" is null;--> statement-breakpoint
CREATE INDEX "workflow_outbox_by_ticket" ON "workflow_outbox" USING btree ("ticket_number","id") WHERE "workflow_outbox"."dispatched_at" is null;