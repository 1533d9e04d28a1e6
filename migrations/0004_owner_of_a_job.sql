-- oldest_code: 1
-- Copy the session's owner to each job, and list an owner's jobs by index.

ALTER TABLE jobs
    ADD COLUMN owner_type owner_type,
    ADD COLUMN owner_id text;

CREATE FUNCTION keep_job_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT owner_type, owner_id INTO NEW.owner_type, NEW.owner_id FROM sessions WHERE id = NEW.session_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER jobs_owner BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION keep_job_owner();

-- The change of the table holds new jobs back until this transaction ends, so none is missed.
UPDATE jobs SET owner_type = sessions.owner_type, owner_id = sessions.owner_id
    FROM sessions WHERE sessions.id = jobs.session_id;

ALTER TABLE jobs
    ALTER COLUMN owner_type SET NOT NULL,
    ALTER COLUMN owner_id SET NOT NULL;

CREATE INDEX jobs_owner_newest ON jobs (owner_type, owner_id, id DESC);
