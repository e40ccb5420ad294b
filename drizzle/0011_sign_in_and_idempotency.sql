CREATE TABLE "idempotency_keys" (
	"caller" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"status" integer,
	"body" text,
	"location" text,
	CONSTRAINT "idempotency_keys_once" PRIMARY KEY("caller","key")
);
--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "password_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "released_category_id" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "identity" text;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_released_category_id_categories_id_fk" FOREIGN KEY ("released_category_id") REFERENCES "public"."categories"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_identity_once" UNIQUE("identity");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_sign_in_one_way" CHECK (("users"."password_hash" is null) <> ("users"."identity" is null));