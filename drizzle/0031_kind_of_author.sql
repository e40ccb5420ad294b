ALTER TABLE "operation_log" ADD COLUMN "who_kind" text;--> statement-breakpoint
-- Lines of before are told by their names and operations. The table is rewritten in one pass: an UPDATE is refused by its trigger.
ALTER TABLE "operation_log" ALTER COLUMN "who_kind" SET DATA TYPE text USING CASE
	WHEN "operation" = 'session.refused' THEN 'unknown'
	WHEN "operation" = 'session.begin' THEN 'user'
	WHEN "who" = 'tsa keys' THEN 'command'
	WHEN "who" IN ('agent', 'process') THEN 'system'
	WHEN "message_id" IS NOT NULL AND "operation" NOT LIKE 'message.%' AND "operation" NOT LIKE 'document.%' THEN 'mail'
	WHEN "who" = 'admin token' OR "who" LIKE 'token %' THEN 'token'
	ELSE 'user'
END;--> statement-breakpoint
ALTER TABLE "operation_log" ALTER COLUMN "who_kind" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "operation_log" ADD CONSTRAINT "operation_log_who_kind_known" CHECK ("operation_log"."who_kind" in ('user', 'token', 'command', 'mail', 'system', 'unknown'));
