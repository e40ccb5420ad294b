ALTER TABLE "mailboxes" ADD COLUMN "exchange_internal" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "own_domains" text[] DEFAULT '{}' NOT NULL;