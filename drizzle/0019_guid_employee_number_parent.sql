ALTER TABLE "categories" ADD COLUMN "guid" text;--> statement-breakpoint
ALTER TABLE "employees" ADD COLUMN "employee_number" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "parent" text;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_parent_tickets_number_fk" FOREIGN KEY ("parent") REFERENCES "public"."tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "categories_guid_once" ON "categories" USING btree ("guid");--> statement-breakpoint
CREATE UNIQUE INDEX "employees_number_once" ON "employees" USING btree (lower("employee_number"));--> statement-breakpoint
CREATE INDEX "tickets_by_parent" ON "tickets" USING btree ("parent") WHERE "tickets"."parent" is not null;