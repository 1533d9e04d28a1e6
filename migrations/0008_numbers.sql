-- oldest_code: 1
-- Keep the numbers of each completed clip and whose clip it is. A sweeper fills in the clips of earlier releases.

CREATE TYPE number_kind AS ENUM ('metric', 'measure');

ALTER TABLE jobs
    ADD COLUMN player_id text,
    ADD COLUMN numbers_of integer;

CREATE INDEX IF NOT EXISTS jobs_player_newest ON jobs (owner_type, owner_id, player_id, id DESC)
    WHERE player_id IS NOT NULL;

CREATE INDEX IF NOT EXISTS jobs_uncounted ON jobs (id DESC)
    WHERE status = 'completed' AND numbers_of IS DISTINCT FROM revision;

CREATE FUNCTION only_player(player_ids text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT min(player_id) FROM unnest(player_ids) AS player_id HAVING count(DISTINCT player_id) = 1
$$;

CREATE OR REPLACE FUNCTION keep_job_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT owner_type, owner_id, COALESCE(NEW.player_id, only_player(player_ids))
        INTO NEW.owner_type, NEW.owner_id, NEW.player_id FROM sessions WHERE id = NEW.session_id;
    RETURN NEW;
END
$$;

CREATE FUNCTION keep_job_players() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := only_player(OLD.player_ids);
    after text := only_player(NEW.player_ids);
BEGIN
    IF after IS NOT NULL AND (before IS NOT NULL OR OLD.player_ids = '{}') THEN
        UPDATE jobs SET player_id = after
            WHERE session_id = NEW.id AND player_id IS NOT DISTINCT FROM before AND after IS DISTINCT FROM before;
    ELSE
        UPDATE jobs SET player_id = NULL WHERE session_id = NEW.id AND player_id <> ALL (NEW.player_ids);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_job_players AFTER UPDATE OF player_ids ON sessions
    FOR EACH ROW EXECUTE FUNCTION keep_job_players();

CREATE TABLE clips (
    job_id uuid NOT NULL,
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    player_id text,
    filmed_at timestamptz NOT NULL,
    discipline discipline,
    deliveries integer NOT NULL,
    key_frame integer,
    drill_ids text[] NOT NULL,
    CONSTRAINT clips_pkey PRIMARY KEY (job_id),
    CONSTRAINT clips_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE,
    CONSTRAINT clips_deliveries_not_negative CHECK (deliveries >= 0)
);

CREATE INDEX clips_player_newest ON clips (owner_type, owner_id, player_id, discipline, filmed_at DESC, job_id DESC)
    WHERE player_id IS NOT NULL;

CREATE INDEX clips_player_balls ON clips (owner_type, owner_id, player_id, filmed_at)
    WHERE player_id IS NOT NULL AND deliveries > 0;

CREATE TABLE numbers (
    job_id uuid NOT NULL,
    name text NOT NULL,
    session_id uuid NOT NULL,
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    player_id text,
    discipline discipline NOT NULL,
    filmed_at timestamptz NOT NULL,
    kind number_kind NOT NULL,
    action integer,
    value double precision NOT NULL,
    uncertainty double precision NOT NULL,
    unit text NOT NULL,
    confidence double precision NOT NULL,
    height_cm smallint,
    title text,
    digits smallint,
    reference jsonb,
    CONSTRAINT numbers_pkey PRIMARY KEY (job_id, name),
    CONSTRAINT numbers_job_id_fkey FOREIGN KEY (job_id) REFERENCES clips (job_id) ON DELETE CASCADE,
    CONSTRAINT numbers_uncertainty_not_negative CHECK (uncertainty >= 0)
);

CREATE INDEX numbers_player ON numbers (
    owner_type, owner_id, player_id, name, discipline, filmed_at DESC, job_id DESC
) WHERE player_id IS NOT NULL;

CREATE FUNCTION keep_clip_player() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clips SET player_id = NEW.player_id WHERE job_id = NEW.id;
    UPDATE numbers SET player_id = NEW.player_id WHERE job_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER jobs_clip_player AFTER UPDATE OF player_id ON jobs
    FOR EACH ROW WHEN (OLD.player_id IS DISTINCT FROM NEW.player_id) EXECUTE FUNCTION keep_clip_player();

-- Of the jobs that are not final, few at any time; a sweeper does the same for completed ones.
UPDATE jobs SET player_id = only_player(sessions.player_ids)
    FROM sessions WHERE sessions.id = jobs.session_id AND NOT jobs.final;
