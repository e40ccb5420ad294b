-- The operation log is written once. Retention alone deletes from it, and says so:
-- set local tsa.retention = 'on'.
CREATE FUNCTION operation_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND current_setting('tsa.retention', true) = 'on' THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'operation_log is append only: % refused', TG_OP;
END
$$;
--> statement-breakpoint
CREATE TRIGGER operation_log_append_only BEFORE UPDATE OR DELETE ON operation_log
	FOR EACH ROW EXECUTE FUNCTION operation_log_is_append_only();
--> statement-breakpoint
CREATE TRIGGER operation_log_not_emptied BEFORE TRUNCATE ON operation_log
	FOR EACH STATEMENT EXECUTE FUNCTION operation_log_is_append_only();
--> statement-breakpoint
-- Notifies on the channel named by the trigger's argument, once a transaction, at its commit.
CREATE FUNCTION notify_channel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify(TG_ARGV[0], '');
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER operation_log_followed AFTER INSERT ON operation_log
	FOR EACH STATEMENT EXECUTE FUNCTION notify_channel('tsa_log');
--> statement-breakpoint
CREATE TRIGGER workflow_outbox_dispatched AFTER INSERT ON workflow_outbox
	FOR EACH STATEMENT EXECUTE FUNCTION notify_channel('tsa_workflow_outbox');
--> statement-breakpoint
CREATE TRIGGER outbox_sent AFTER INSERT ON outbox
	FOR EACH STATEMENT EXECUTE FUNCTION notify_channel('tsa_outbox');
--> statement-breakpoint
-- Mail and attachments are mostly base64 or already compressed: trying to compress them costs time and gains nothing.
ALTER TABLE message_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE blobs ALTER COLUMN bytes SET STORAGE EXTERNAL;
