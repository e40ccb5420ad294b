CREATE TABLE "mail_parts" (
	"name" text NOT NULL,
	"language" text NOT NULL,
	"text" text NOT NULL,
	"html" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_parts_once" PRIMARY KEY("name","language"),
	CONSTRAINT "mail_parts_language_known" CHECK ("mail_parts"."language" in ('en', 'fr')),
	CONSTRAINT "mail_parts_name_lower_case" CHECK ("mail_parts"."name" = lower("mail_parts"."name"))
);
