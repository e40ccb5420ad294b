ALTER TABLE "approvals" ADD COLUMN "round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "approval_round" jsonb;--> statement-breakpoint
UPDATE "approvals" SET "round" = 1 WHERE "kind" = 'approval' AND "action_id" >= (
	SELECT max("first"."action_id") FROM "approvals" AS "first"
	WHERE "first"."ticket_id" = "approvals"."ticket_id" AND "first"."kind" = 'approval' AND "first"."position" = 0
);--> statement-breakpoint
UPDATE "tickets" SET "approval_round" = jsonb_build_object('number', 1, 'steps', "categories"."approval_steps", 'fingerprint', null)
FROM "categories" WHERE "categories"."id" = "tickets"."category_id" AND jsonb_array_length("categories"."approval_steps") > 0
AND EXISTS (SELECT 1 FROM "approvals" WHERE "approvals"."ticket_id" = "tickets"."id" AND "approvals"."round" = 1)
AND ("tickets"."phase" = 'approval' OR NOT EXISTS (
	SELECT 1 FROM generate_series(0, jsonb_array_length("categories"."approval_steps") - 1) AS "at"
	WHERE NOT EXISTS (
		SELECT 1 FROM "approvals" WHERE "approvals"."ticket_id" = "tickets"."id" AND "approvals"."round" = 1 AND "approvals"."position" = "at"
		AND ("approvals"."state" = 'accepted' OR ("approvals"."state" = 'expired' AND "approvals"."step" ->> 'onExpiry' = 'accepted'))
	)
));--> statement-breakpoint
UPDATE "tickets" SET "approval_round" = jsonb_build_object('number', 0, 'steps', '[]'::jsonb, 'fingerprint', null)
WHERE "phase" IS NOT NULL AND "phase" NOT IN ('approval', 'fulfilment', 'window', 'implementation');--> statement-breakpoint
WITH "back" AS (
	UPDATE "tickets" SET "phase" = 'approval', "assigned_group" = null FROM "categories"
	WHERE "categories"."id" = "tickets"."category_id" AND jsonb_array_length("categories"."approval_steps") > 0
	AND "tickets"."phase" IN ('fulfilment', 'window', 'implementation') AND "tickets"."approval_round" IS NULL
	RETURNING "tickets"."number", "tickets"."state"
)
INSERT INTO "workflow_outbox" ("kind", "ticket_number", "payload", "created_at")
SELECT 'ticket_changed', "number", '{}', now() FROM "back" WHERE "state" <> 'closed';
