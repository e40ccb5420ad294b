ALTER TABLE "mailboxes" ADD COLUMN "secret_expires_at" date;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "secret_warned_on" date;