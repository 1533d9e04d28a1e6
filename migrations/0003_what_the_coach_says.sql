-- oldest_code: 1
-- Keep what the coach says of a player and a clip, and list sessions and players by index.

CREATE TYPE age_group AS ENUM ('u11', 'u13', 'u15', 'u17', 'u19', 'adult');
CREATE TYPE bowling_style AS ENUM ('pace', 'spin');

ALTER TABLE sessions
    ADD COLUMN height_cm smallint,
    ADD COLUMN age_group age_group,
    ADD COLUMN bowling_style bowling_style,
    ADD CONSTRAINT sessions_height_range CHECK (height_cm BETWEEN 80 AND 230);

CREATE INDEX sessions_owner_newest ON sessions (owner_type, owner_id, id DESC);

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

-- The trigger holds new sessions back until this transaction ends, so none is missed.
INSERT INTO session_players (owner_type, owner_id, player_id, session_id)
    SELECT DISTINCT owner_type, owner_id, player_id, id FROM sessions, unnest(player_ids) AS player_id;

ALTER TABLE jobs
    ADD COLUMN discipline discipline,
    ADD COLUMN handedness handedness,
    ADD COLUMN camera_view camera_view,
    ADD COLUMN height_cm smallint,
    ADD COLUMN age_group age_group,
    ADD COLUMN bowling_style bowling_style,
    ADD COLUMN capture_fps double precision,
    ADD COLUMN retry_of uuid,
    ADD CONSTRAINT jobs_height_range CHECK (height_cm BETWEEN 80 AND 230),
    ADD CONSTRAINT jobs_capture_fps_range CHECK (capture_fps BETWEEN 1 AND 1000);
