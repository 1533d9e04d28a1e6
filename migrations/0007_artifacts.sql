-- oldest_code: 1
-- Keep what a job makes in artifacts, in PostgreSQL or S3. Rows of earlier releases stay as they are and are read.

CREATE TYPE artifact_kind AS ENUM ('results', 'landmarks', 'stills');
CREATE TYPE artifact_store AS ENUM ('postgres', 's3');
CREATE TYPE artifact_encoding AS ENUM ('identity', 'gzip');

CREATE TABLE artifacts (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    kind artifact_kind NOT NULL,
    store artifact_store NOT NULL,
    s3_key text,
    data bytea,
    encoding artifact_encoding NOT NULL,
    bytes bigint NOT NULL,
    schema integer,
    about jsonb,
    kept boolean DEFAULT false NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT artifacts_pkey PRIMARY KEY (id),
    CONSTRAINT artifacts_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE,
    CONSTRAINT artifacts_stored CHECK (
        (store = 's3') = (s3_key IS NOT NULL) AND (store = 'postgres') = (data IS NOT NULL)
    ),
    CONSTRAINT artifacts_stills CHECK (kind <> 'stills' OR store = 's3')
);

ALTER TABLE artifacts ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE INDEX artifacts_job ON artifacts (job_id);

CREATE INDEX artifacts_orphans ON artifacts (created_at) WHERE NOT kept;

CREATE FUNCTION bury_artifact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_objects (key) VALUES (OLD.s3_key) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER artifacts_bury AFTER DELETE ON artifacts
    FOR EACH ROW WHEN (OLD.s3_key IS NOT NULL) EXECUTE FUNCTION bury_artifact();

ALTER TABLE jobs
    ADD COLUMN results_id uuid,
    ADD COLUMN landmarks_id uuid,
    ADD COLUMN stills_id uuid,
    ADD COLUMN summary jsonb,
    DROP CONSTRAINT jobs_completed,
    ADD CONSTRAINT jobs_completed CHECK (
        status <> 'completed' OR (
            stage IS NULL AND final AND progress = 100 AND lease_token IS NULL AND started_at IS NOT NULL
            AND completed_at IS NOT NULL AND error_code IS NULL AND num_nonnulls(results, results_id) = 1
        )
    ),
    ADD CONSTRAINT jobs_artifacts CHECK (
        status = 'completed' OR num_nonnulls(results_id, landmarks_id, stills_id, summary) = 0
    );

ALTER TABLE revisions
    ALTER COLUMN results DROP NOT NULL,
    ADD COLUMN results_id uuid,
    ADD CONSTRAINT revisions_results CHECK (num_nonnulls(results, results_id) = 1);

CREATE FUNCTION drop_revision_artifact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM artifacts WHERE id = OLD.results_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER revisions_drop_artifact AFTER DELETE ON revisions
    FOR EACH ROW WHEN (OLD.results_id IS NOT NULL) EXECUTE FUNCTION drop_revision_artifact();
