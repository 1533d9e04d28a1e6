-- oldest_code: 1
-- Know the object that was completed, upload in parts, and remember what must go from the bucket.

ALTER TABLE jobs
    ADD COLUMN object_etag text,
    ADD COLUMN object_version text,
    ADD COLUMN multipart_upload_id text,
    ADD COLUMN part_bytes bigint,
    ADD CONSTRAINT jobs_multipart_whole CHECK (multipart_upload_id IS NULL OR part_bytes IS NOT NULL);

CREATE TABLE deleted_objects (
    key text NOT NULL,
    upload_id text,
    deleted_at timestamptz DEFAULT now() NOT NULL,
    sweep_after timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT deleted_objects_pkey PRIMARY KEY (key)
);

CREATE INDEX deleted_objects_due ON deleted_objects (sweep_after);

CREATE FUNCTION bury_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_objects (key, upload_id)
        SELECT OLD.s3_key, OLD.multipart_upload_id
        WHERE OLD.s3_key IS NOT NULL AND NOT EXISTS (
            SELECT FROM jobs WHERE session_id = OLD.session_id AND s3_key = OLD.s3_key AND id <> OLD.id
        )
    ON CONFLICT (key) DO UPDATE SET
        upload_id = COALESCE(deleted_objects.upload_id, EXCLUDED.upload_id), deleted_at = now(), sweep_after = now();
    RETURN NULL;
END
$$;

CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs
    FOR EACH ROW EXECUTE FUNCTION bury_video();

CREATE TRIGGER jobs_expired AFTER UPDATE OF error_code ON jobs
    FOR EACH ROW WHEN (OLD.status = 'queued' AND NEW.error_code = 'upload_expired') EXECUTE FUNCTION bury_video();
