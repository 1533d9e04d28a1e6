-- Every change of a job that matters, written by the database itself: the witness of a run's verdict.

CREATE TABLE audit (
    seq bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    job_id uuid NOT NULL,
    -- the port from which the writer is connected
    client_port integer,
    old_status text,
    new_status text NOT NULL,
    was_final boolean NOT NULL,
    is_final boolean NOT NULL,
    old_token uuid,
    new_token uuid,
    -- whether the old lease had not ended when the writing transaction began
    was_held boolean NOT NULL,
    old_attempts smallint NOT NULL,
    new_attempts smallint NOT NULL,
    error_code text,
    -- the artifact that the results are, or of releases before artifacts their digest
    results_name text
);

CREATE FUNCTION write_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (
        job_id, client_port, old_status, new_status, was_final, is_final, old_token, new_token, was_held,
        old_attempts, new_attempts, error_code, results_name
    ) VALUES (
        NEW.id, inet_client_port(), OLD.status, NEW.status, OLD.final, NEW.final, OLD.lease_token, NEW.lease_token,
        COALESCE(OLD.lease_expires_at > now(), false), OLD.attempts, NEW.attempts, NEW.error_code,
        COALESCE(NEW.results_id::text, encode(sha256(NEW.results), 'hex'))
    );
    RETURN NULL;
END
$$;

CREATE TRIGGER audit AFTER UPDATE ON jobs FOR EACH ROW
WHEN (
    OLD.final OR (OLD.status, OLD.lease_token, OLD.attempts, OLD.results, OLD.results_id, NEW.final)
    IS DISTINCT FROM (NEW.status, NEW.lease_token, NEW.attempts, NEW.results, NEW.results_id, false)
)
EXECUTE FUNCTION write_audit();
