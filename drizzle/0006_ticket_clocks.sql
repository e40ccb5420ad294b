CREATE TABLE "ticket_warnings" (
	"ticket_id" bigint NOT NULL,
	"target" text NOT NULL,
	"warning" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ticket_warnings_once" PRIMARY KEY("ticket_id","target","warning","due_at"),
	CONSTRAINT "ticket_warnings_target_known" CHECK ("ticket_warnings"."target" in ('response', 'solution')),
	CONSTRAINT "ticket_warnings_warning_known" CHECK ("ticket_warnings"."warning" in ('near', 'missed'))
);
--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "escalation" jsonb;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "clock_started_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "held_minutes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_warnings" ADD CONSTRAINT "ticket_warnings_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;