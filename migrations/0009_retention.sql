-- oldest_code: 1
-- Let videos, stills and landmarks end before the results that were made of them.

ALTER TABLE jobs ADD COLUMN video_deleted_at timestamptz;

CREATE INDEX IF NOT EXISTS sessions_oldest ON sessions (created_at);

CREATE INDEX IF NOT EXISTS jobs_oldest ON jobs (completed_at) WHERE final;

CREATE INDEX IF NOT EXISTS jobs_oldest_video ON jobs (completed_at)
    WHERE final AND s3_key IS NOT NULL AND video_deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS artifacts_oldest ON artifacts (kind, created_at) WHERE kept AND kind <> 'results';

CREATE INDEX IF NOT EXISTS landmarks_oldest ON landmarks (created_at);

CREATE OR REPLACE FUNCTION bury_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_objects (key, upload_id)
        SELECT OLD.s3_key, OLD.multipart_upload_id
        WHERE OLD.s3_key IS NOT NULL AND NOT EXISTS (
            SELECT FROM jobs
            WHERE session_id = OLD.session_id AND s3_key = OLD.s3_key AND id <> OLD.id AND video_deleted_at IS NULL
        )
    ON CONFLICT (key) DO UPDATE SET
        upload_id = COALESCE(deleted_objects.upload_id, EXCLUDED.upload_id), deleted_at = now(), sweep_after = now();
    RETURN NULL;
END
$$;

CREATE TRIGGER jobs_video_deleted AFTER UPDATE OF video_deleted_at ON jobs
    FOR EACH ROW WHEN (OLD.video_deleted_at IS NULL AND NEW.video_deleted_at IS NOT NULL)
    EXECUTE FUNCTION bury_video();
