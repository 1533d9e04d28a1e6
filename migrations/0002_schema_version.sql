-- oldest_code: 1
-- Record which migrations a database holds.

CREATE TABLE schema_version (
    version integer NOT NULL,
    oldest_code integer NOT NULL,
    applied_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT schema_version_pkey PRIMARY KEY (version),
    CONSTRAINT schema_version_oldest_code CHECK (oldest_code BETWEEN 1 AND version)
);
