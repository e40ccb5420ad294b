CREATE TABLE "push_watches" (
	"mailbox_id" bigint PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"held_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "push" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "push_problem" text;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "last_compared_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "unlisted_messages" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "push_watches" ADD CONSTRAINT "push_watches_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE no action ON UPDATE no action;