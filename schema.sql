-- The database of Cricksy Coach Plus. This file is the truth; tests hold the migrations and the SQLAlchemy models
-- against it. A change here needs a file in migrations/ that makes the same change to a database that exists.
-- Times are the database's, identifiers are UUIDv7 made by the server.

CREATE TYPE owner_type AS ENUM ('coach', 'org');
CREATE TYPE discipline AS ENUM ('batting', 'bowling', 'wicketkeeping', 'fielding');
CREATE TYPE handedness AS ENUM ('right', 'left');
CREATE TYPE camera_view AS ENUM ('side', 'front', 'behind');
CREATE TYPE content_type AS ENUM ('video/mp4', 'video/quicktime', 'video/webm');
CREATE TYPE job_status AS ENUM ('queued', 'processing', 'completed', 'failed');
CREATE TYPE job_stage AS ENUM (
    'waiting', 'downloading', 'extracting_pose', 'computing_metrics', 'generating_findings', 'generating_report',
    'persisting'
);
CREATE TYPE age_group AS ENUM ('u11', 'u13', 'u15', 'u17', 'u19', 'adult');
CREATE TYPE bowling_style AS ENUM ('pace', 'spin');
CREATE TYPE artifact_kind AS ENUM ('results', 'landmarks', 'stills');
CREATE TYPE artifact_store AS ENUM ('postgres', 's3');
CREATE TYPE artifact_encoding AS ENUM ('identity', 'gzip');
CREATE TYPE number_kind AS ENUM ('metric', 'measure');

CREATE TABLE sessions (
    id uuid NOT NULL,
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    title text NOT NULL,
    player_ids text[] NOT NULL,
    notes text,
    discipline discipline,
    handedness handedness,
    camera_view camera_view,
    created_at timestamptz DEFAULT now() NOT NULL,
    height_cm smallint,
    age_group age_group,
    bowling_style bowling_style,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT sessions_notes_length CHECK (char_length(notes) <= 4000),
    CONSTRAINT sessions_player_ids_count CHECK (cardinality(player_ids) <= 50),
    CONSTRAINT sessions_height_range CHECK (height_cm BETWEEN 80 AND 230)
);

-- an owner's sessions, newest first: identifiers rise with time
CREATE INDEX sessions_owner_newest ON sessions (owner_type, owner_id, id DESC);

-- the oldest sessions, whose retention may end
CREATE INDEX sessions_oldest ON sessions (created_at);

-- Who is in which session, for the lists of players and of a player's sessions. A trigger keeps it, whatever code writes.
CREATE TABLE session_players (
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    player_id text NOT NULL,
    session_id uuid NOT NULL,
    CONSTRAINT session_players_pkey PRIMARY KEY (owner_type, owner_id, player_id, session_id),
    CONSTRAINT session_players_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE INDEX session_players_session ON session_players (session_id);

CREATE FUNCTION keep_session_players() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM session_players WHERE session_id = NEW.id;
    INSERT INTO session_players (owner_type, owner_id, player_id, session_id)
        SELECT DISTINCT NEW.owner_type, NEW.owner_id, player_id, NEW.id FROM unnest(NEW.player_ids) AS player_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_players AFTER INSERT OR UPDATE OF player_ids ON sessions
    FOR EACH ROW EXECUTE FUNCTION keep_session_players();

CREATE TABLE jobs (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    video_id uuid NOT NULL,
    status job_status DEFAULT 'queued' NOT NULL,
    -- null while queued and when final; 'waiting' until claimed and between attempts
    stage job_stage,
    progress smallint DEFAULT 0 NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    final boolean DEFAULT false NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    sample_fps smallint NOT NULL,
    include_frames boolean NOT NULL,
    content_type content_type NOT NULL,
    -- as declared at initiate; complete holds the object against them
    content_length bigint,
    checksum_sha256 text,
    -- null only by a fault of the server, which complete reports
    s3_key text,
    -- the request that made the job, then the one that sent it, and its W3C trace: one id from the call to the row
    request_id uuid NOT NULL,
    trace_id text NOT NULL,
    -- while a complete or a sweeper is sending the message nobody else sends it
    send_expires_at timestamptz,
    sqs_message_id text,
    -- when the message was last sent, or left in the queue to come back; null unless the job waits for a worker
    sent_at timestamptz,
    lease_token uuid,
    lease_expires_at timestamptz,
    error_code text,
    error_message text,
    -- the JSON of cricksy.results.Results as earlier releases stored it; results_id names today's
    results bytea,
    created_at timestamptz DEFAULT now() NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    -- what the coach says of this clip; where null, the session's word counts
    discipline discipline,
    handedness handedness,
    camera_view camera_view,
    height_cm smallint,
    age_group age_group,
    bowling_style bowling_style,
    -- frames per second at which a slowed video was shot
    capture_fps double precision,
    -- the failed job that this one repeats
    retry_of uuid,
    -- the session's owner, which a trigger copies, so that one index lists an owner's jobs
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    -- what it counts for in its owner's bytes of the day; null if nothing was counted
    counted_bytes bigint,
    -- the object that complete saw, which the worker reads; the version only in a versioned bucket
    object_etag text,
    object_version text,
    -- of an upload in parts: the bucket's name for it, and the bytes of each part but the last
    multipart_upload_id text,
    part_bytes bigint,
    -- artifacts of the attempt that completed the job; results_id is that of jobs.revision
    results_id uuid,
    landmarks_id uuid,
    stills_id uuid,
    -- of the results, for lists: cricksy.results.summary
    summary jsonb,
    -- whose clip it is, which a trigger says where the session names one player only; null: nobody knows
    player_id text,
    -- the revision whose numbers are in clips and numbers; null or another one: a sweeper will count them
    numbers_of integer,
    -- when the retention of its video ended; the object goes with the last job that has it
    video_deleted_at timestamptz,
    CONSTRAINT jobs_pkey PRIMARY KEY (id),
    CONSTRAINT jobs_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT jobs_progress_percent CHECK (progress BETWEEN 0 AND 100),
    CONSTRAINT jobs_attempts_bound CHECK (attempts BETWEEN 0 AND 3),
    CONSTRAINT jobs_sample_fps_range CHECK (sample_fps BETWEEN 1 AND 60),
    CONSTRAINT jobs_content_length_positive CHECK (content_length > 0),
    CONSTRAINT jobs_height_range CHECK (height_cm BETWEEN 80 AND 230),
    CONSTRAINT jobs_capture_fps_range CHECK (capture_fps BETWEEN 1 AND 1000),
    CONSTRAINT jobs_counted_bytes_not_negative CHECK (counted_bytes >= 0),
    CONSTRAINT jobs_multipart_whole CHECK (multipart_upload_id IS NULL OR part_bytes IS NOT NULL),
    CONSTRAINT jobs_lease_whole CHECK ((lease_token IS NULL) = (lease_expires_at IS NULL)),
    CONSTRAINT jobs_error_whole CHECK ((error_code IS NULL) = (error_message IS NULL)),
    CONSTRAINT jobs_waiting_whole CHECK ((stage IS NOT DISTINCT FROM 'waiting') = (sent_at IS NOT NULL)),
    CONSTRAINT jobs_queued CHECK (
        status <> 'queued' OR (
            stage IS NULL AND NOT final AND attempts = 0 AND sqs_message_id IS NULL AND lease_token IS NULL
            AND started_at IS NULL AND completed_at IS NULL AND error_code IS NULL AND results IS NULL
        )
    ),
    CONSTRAINT jobs_processing CHECK (
        status <> 'processing' OR (
            stage IS NOT NULL AND (stage = 'waiting') = (lease_token IS NULL) AND NOT final
            AND sqs_message_id IS NOT NULL AND started_at IS NOT NULL
            AND completed_at IS NULL AND error_code IS NULL AND results IS NULL
        )
    ),
    CONSTRAINT jobs_completed CHECK (
        status <> 'completed' OR (
            stage IS NULL AND final AND progress = 100 AND lease_token IS NULL AND started_at IS NOT NULL
            AND completed_at IS NOT NULL AND error_code IS NULL AND num_nonnulls(results, results_id) = 1
        )
    ),
    CONSTRAINT jobs_failed CHECK (
        status <> 'failed' OR (
            (stage IS NULL) = final AND (final OR stage = 'waiting') AND lease_token IS NULL
            AND completed_at IS NOT NULL AND error_code IS NOT NULL AND results IS NULL
        )
    ),
    CONSTRAINT jobs_artifacts CHECK (
        status = 'completed' OR num_nonnulls(results_id, landmarks_id, stills_id, summary) = 0
    )
);

-- the newest job of a session, from which the session's status is derived; and the cascade
CREATE INDEX jobs_session_newest ON jobs (session_id, id DESC);

-- an owner's jobs, newest first
CREATE INDEX jobs_owner_newest ON jobs (owner_type, owner_id, id DESC);

-- a player's jobs, newest first
CREATE INDEX jobs_player_newest ON jobs (owner_type, owner_id, player_id, id DESC)
    WHERE player_id IS NOT NULL;

-- the completed jobs whose numbers are to be kept, for the sweeper
CREATE INDEX jobs_uncounted ON jobs (id DESC)
    WHERE status = 'completed' AND numbers_of IS DISTINCT FROM revision;

-- the oldest results, and the oldest videos, whose retention may end
CREATE INDEX jobs_oldest ON jobs (completed_at) WHERE final;
CREATE INDEX jobs_oldest_video ON jobs (completed_at)
    WHERE final AND s3_key IS NOT NULL AND video_deleted_at IS NULL;

-- The one player whom a session names, however often; null if it names none or several.
CREATE FUNCTION only_player(player_ids text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT min(player_id) FROM unnest(player_ids) AS player_id HAVING count(DISTINCT player_id) = 1
$$;

CREATE FUNCTION keep_job_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT owner_type, owner_id, COALESCE(NEW.player_id, only_player(player_ids))
        INTO NEW.owner_type, NEW.owner_id, NEW.player_id FROM sessions WHERE id = NEW.session_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER jobs_owner BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION keep_job_owner();

-- A session of one player, or of none so far, that is given another one gives its clips too. Else the clips of whom it
-- no longer names become nobody's, and the others stay whose they are: nothing is guessed.
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

-- the job that has waited longest, for /health/queue
CREATE INDEX jobs_waiting ON jobs (started_at) WHERE stage = 'waiting';

-- the jobs for which nothing has happened for longest, for the sweeper
CREATE INDEX jobs_idle ON jobs (COALESCE(lease_expires_at, sent_at, created_at)) WHERE NOT final;

-- What a job makes. An attempt writes each artifact under an id of its own, with its row before its object. The commit
-- that completes the job, or the correction that replaces its results, refers to it and marks it kept. A sweeper
-- deletes those that nothing kept.
CREATE TABLE artifacts (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    kind artifact_kind NOT NULL,
    store artifact_store NOT NULL,
    s3_key text,
    data bytea,
    encoding artifact_encoding NOT NULL,
    -- of what is stored, so as encoded
    bytes bigint NOT NULL,
    -- of results: the number of their schema; null where they could not be read when they were written
    schema integer,
    -- of landmarks: {models}, the sha256 of each model file by name; of stills: the index of their images
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

-- it is compressed already
ALTER TABLE artifacts ALTER COLUMN data SET STORAGE EXTERNAL;

-- the cascade
CREATE INDEX artifacts_job ON artifacts (job_id);

-- those that nothing keeps, for the sweeper
CREATE INDEX artifacts_orphans ON artifacts (created_at) WHERE NOT kept;

-- the oldest stills and landmarks, whose retention may end
CREATE INDEX artifacts_oldest ON artifacts (kind, created_at) WHERE kept AND kind <> 'results';

-- Whatever deletes the row, a cascade too, leaves the key of its object to the sweeper.
CREATE FUNCTION bury_artifact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_objects (key) VALUES (OLD.s3_key) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER artifacts_bury AFTER DELETE ON artifacts
    FOR EACH ROW WHEN (OLD.s3_key IS NOT NULL) EXECUTE FUNCTION bury_artifact();

-- an owner's open uploads, which a quota bounds
CREATE INDEX jobs_open ON jobs (session_id) WHERE status = 'queued';
-- Keys of the bucket that no job refers to any more. A presigned URL may still fill them, so a sweeper deletes their
-- objects again until the last URL is dead; then the row goes.
CREATE TABLE deleted_objects (
    key text NOT NULL,
    -- of an upload in parts, which is aborted
    upload_id text,
    deleted_at timestamptz DEFAULT now() NOT NULL,
    sweep_after timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT deleted_objects_pkey PRIMARY KEY (key)
);

-- the keys that are due, for the sweeper
CREATE INDEX deleted_objects_due ON deleted_objects (sweep_after);

-- A trigger writes them, whatever code or cascade deletes a job. Jobs of one session may share a key: a retry keeps it.
CREATE FUNCTION bury_video() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs
    FOR EACH ROW EXECUTE FUNCTION bury_video();

CREATE TRIGGER jobs_expired AFTER UPDATE OF error_code ON jobs
    FOR EACH ROW WHEN (OLD.status = 'queued' AND NEW.error_code = 'upload_expired') EXECUTE FUNCTION bury_video();

CREATE TRIGGER jobs_video_deleted AFTER UPDATE OF video_deleted_at ON jobs
    FOR EACH ROW WHEN (OLD.video_deleted_at IS NULL AND NEW.video_deleted_at IS NOT NULL)
    EXECUTE FUNCTION bury_video();

-- What the pose models saw, as earlier releases stored it; jobs.landmarks_id names today's.
CREATE TABLE landmarks (
    job_id uuid NOT NULL,
    -- the arrays of cricksy.analysis.track.Track, packed
    data bytea NOT NULL,
    -- name of each model file and its sha256
    models jsonb NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT landmarks_pkey PRIMARY KEY (job_id),
    CONSTRAINT landmarks_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE
);

CREATE INDEX landmarks_oldest ON landmarks (created_at);

-- Results that a correction replaced; jobs.results or jobs.results_id holds those of jobs.revision.
CREATE TABLE revisions (
    job_id uuid NOT NULL,
    revision integer NOT NULL,
    -- as jobs.results was, or else jobs.results_id
    results bytea,
    replaced_at timestamptz DEFAULT now() NOT NULL,
    results_id uuid,
    CONSTRAINT revisions_pkey PRIMARY KEY (job_id, revision),
    CONSTRAINT revisions_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE,
    CONSTRAINT revisions_results CHECK (num_nonnulls(results, results_id) = 1)
);

CREATE FUNCTION drop_revision_artifact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM artifacts WHERE id = OLD.results_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER revisions_drop_artifact AFTER DELETE ON revisions
    FOR EACH ROW WHEN (OLD.results_id IS NOT NULL) EXECUTE FUNCTION drop_revision_artifact();

-- What the newest revision of a completed job says of its clip, for what is asked over many clips. The owner is the
-- job's; so is the player, whom a trigger keeps. A job whose results cannot be read has no row.
CREATE TABLE clips (
    job_id uuid NOT NULL,
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    player_id text,
    -- when its job was made
    filmed_at timestamptz NOT NULL,
    -- of the primary action; null if none is known
    discipline discipline,
    deliveries integer NOT NULL,
    -- of release or impact, for a picture in a list
    key_frame integer,
    -- of the plan
    drill_ids text[] NOT NULL,
    CONSTRAINT clips_pkey PRIMARY KEY (job_id),
    CONSTRAINT clips_job_id_fkey FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE,
    CONSTRAINT clips_deliveries_not_negative CHECK (deliveries >= 0)
);

-- a player's newest clip of a discipline
CREATE INDEX clips_player_newest ON clips (owner_type, owner_id, player_id, discipline, filmed_at DESC, job_id DESC)
    WHERE player_id IS NOT NULL;

-- a player's deliveries of some days
CREATE INDEX clips_player_balls ON clips (owner_type, owner_id, player_id, filmed_at)
    WHERE player_id IS NOT NULL AND deliveries > 0;

-- The metrics and measures of a clip's primary action that have a value, as they were published.
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
    -- index of the action; null in results that list none
    action integer,
    value double precision NOT NULL,
    -- half-width of a 90 % interval
    uncertainty double precision NOT NULL,
    unit text NOT NULL,
    confidence double precision NOT NULL,
    -- by which lengths and speeds were told in metres
    height_cm smallint,
    -- of a measure, which brings its own words
    title text,
    digits smallint,
    reference jsonb,
    CONSTRAINT numbers_pkey PRIMARY KEY (job_id, name),
    CONSTRAINT numbers_job_id_fkey FOREIGN KEY (job_id) REFERENCES clips (job_id) ON DELETE CASCADE,
    CONSTRAINT numbers_uncertainty_not_negative CHECK (uncertainty >= 0)
);

-- each number of a player over time
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

-- Requests with an Idempotency-Key, for 24 h from the first: each makes one thing, however often it is sent.
CREATE TABLE idempotency_keys (
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    key text NOT NULL,
    -- SHA-256 of method, path and body
    fingerprint bytea NOT NULL,
    -- the id of what the request makes, chosen before it is made: a repeat finds it, or makes it under the same id
    resource_id uuid NOT NULL,
    -- whose request is running, and until when no other may
    lock_token uuid,
    locked_until timestamptz,
    -- null until the request has made it
    status smallint,
    -- the rest of the answer; null also where it holds a credential, and once what it describes was deleted
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

-- the keys to remove, for the sweeper
CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);

-- the answers that describe a session or a job
CREATE INDEX idempotency_keys_resource ON idempotency_keys (resource_id);

-- No answer outlives what it describes, nor names a player who was taken out of a session.
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

-- What an owner has used on the last UTC day on which it made a job. Making one takes the row's lock.
CREATE TABLE usage (
    owner_type owner_type NOT NULL,
    owner_id text NOT NULL,
    day date NOT NULL,
    jobs integer NOT NULL,
    -- as declared; an upload of undeclared size counts at its largest until complete sees it
    bytes bigint NOT NULL,
    CONSTRAINT usage_pkey PRIMARY KEY (owner_type, owner_id),
    CONSTRAINT usage_not_negative CHECK (jobs >= 0 AND bytes >= 0)
);

-- One row a living worker, written every 10 s.
CREATE TABLE workers (
    id text NOT NULL,
    slots smallint NOT NULL,
    busy smallint NOT NULL,
    draining boolean NOT NULL,
    seen_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT workers_pkey PRIMARY KEY (id),
    CONSTRAINT workers_busy_bound CHECK (busy BETWEEN 0 AND slots)
);

-- The migrations this database holds: the one it was created at and each one since. The highest is its version.
CREATE TABLE schema_version (
    version integer NOT NULL,
    -- the lowest schema version whose code still runs with this one
    oldest_code integer NOT NULL,
    applied_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT schema_version_pkey PRIMARY KEY (version),
    CONSTRAINT schema_version_oldest_code CHECK (oldest_code BETWEEN 1 AND version)
);
