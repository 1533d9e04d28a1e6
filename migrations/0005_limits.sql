-- oldest_code: 1
-- Remember requests with an Idempotency-Key for a day, and count what an owner uses in a day.

CREATE TABLE idempotency_keys (
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    resource_id uuid NOT NULL,
    lock_token uuid,
    locked_until timestamptz,
    status smallint,
    headers jsonb,
    body bytea,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (owner_type, owner_id, key),
    CONSTRAINT idempotency_keys_length CHECK (char_length(key) BETWEEN 1 AND 255),
    CONSTRAINT idempotency_keys_lock_whole CHECK ((lock_token IS NULL) = (locked_until IS NULL)),
    CONSTRAINT idempotency_keys_answer_whole CHECK (
        (headers IS NULL) = (body IS NULL) AND (body IS NULL OR status IS NOT NULL)
    ),
    CONSTRAINT idempotency_keys_answered_once CHECK (status IS NULL OR lock_token IS NULL)
);

CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);

CREATE INDEX idempotency_keys_resource ON idempotency_keys (resource_id);

CREATE FUNCTION forget_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE idempotency_keys SET headers = NULL, body = NULL WHERE resource_id = OLD.id AND body IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_forget_answers AFTER DELETE OR UPDATE OF player_ids ON sessions
    FOR EACH ROW EXECUTE FUNCTION forget_answers();

CREATE TRIGGER jobs_forget_answers AFTER DELETE ON jobs
    FOR EACH ROW EXECUTE FUNCTION forget_answers();

CREATE TABLE usage (
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    day date NOT NULL,
    jobs integer NOT NULL,
    bytes bigint NOT NULL,
    CONSTRAINT usage_pkey PRIMARY KEY (owner_type, owner_id),
    CONSTRAINT usage_not_negative CHECK (jobs >= 0 AND bytes >= 0)
);

CREATE INDEX jobs_open ON jobs (session_id) WHERE status = 'queued';

ALTER TABLE jobs
    ADD COLUMN counted_bytes bigint,
    ADD CONSTRAINT jobs_counted_bytes_not_negative CHECK (counted_bytes >= 0);
