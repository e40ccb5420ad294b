CREATE TABLE "sending_ways" (
	"way" text PRIMARY KEY NOT NULL,
	"detail" text NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"failures" integer DEFAULT 1 NOT NULL,
	"rests_until" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "server_message_id" text;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "handings" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "outbox_by_server_message_id" ON "outbox" USING btree ("server_message_id") WHERE "outbox"."server_message_id" is not null;