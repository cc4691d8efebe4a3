-- +goose Up
-- Times are in UTC. A fact that is not there is NULL, a text that is not there ''.

CREATE TABLE pam_user (
    id uuid NOT NULL PRIMARY KEY,
    account text NOT NULL,
    account_key text NOT NULL UNIQUE, -- account in lower case
    display_name text NOT NULL,
    phone text NOT NULL,
    disabled boolean NOT NULL,
    source text NOT NULL -- 'file' or 'command'
);

CREATE TABLE pam_group (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    target text NOT NULL,
    source text NOT NULL
);

CREATE TABLE pam_team (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    source text NOT NULL
);

CREATE TABLE pam_role (
    id uuid NOT NULL PRIMARY KEY,
    display_name text NOT NULL,
    description text, -- NULL for none
    ttl_s bigint NOT NULL,
    available_from timestamp NOT NULL, -- the time of day; year 1 without a window
    available_to timestamp NOT NULL,
    window_enabled boolean NOT NULL,
    mfa_enabled boolean NOT NULL,
    approval_enabled boolean NOT NULL,
    no_auto_approval boolean NOT NULL,
    refuse_long_ttl boolean NOT NULL,
    source text NOT NULL
);

-- Who belongs to what, as it was defined: part is 'candidate' or 'owner' of a role,
-- 'group' of a role, or 'member' of a team.
CREATE TABLE pam_part (
    whole_id uuid NOT NULL,
    part text NOT NULL,
    position bigint NOT NULL,
    member_id uuid NOT NULL,
    PRIMARY KEY (whole_id, part, member_id)
);

-- The same with teams resolved to users: what rules and queries look at.
CREATE TABLE pam_role_user (
    role_id uuid NOT NULL,
    part text NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (role_id, part, user_id)
);
CREATE INDEX pam_role_user_user ON pam_role_user (user_id, part, role_id);

CREATE TABLE pam_request (
    id uuid NOT NULL PRIMARY KEY,
    approval_id uuid NOT NULL UNIQUE,
    role_id uuid NOT NULL,
    role_name text NOT NULL,
    creator_id uuid NOT NULL,
    requestor text NOT NULL,
    justification text, -- NULL for none
    creation_time timestamp NOT NULL,
    creation_method text NOT NULL,
    requested_ttl_s bigint NOT NULL,
    requested_time timestamp NOT NULL,
    factor_needed boolean NOT NULL,
    factor_reference text NOT NULL,
    factor_due timestamp,
    factor_done timestamp,
    factor_failed timestamp,
    approval_needed boolean NOT NULL,
    approval_due timestamp,
    decided timestamp,
    approved boolean NOT NULL,
    decided_by uuid,
    start_time timestamp NOT NULL,
    refused timestamp,
    grant_begun timestamp,
    granted timestamp,
    ends timestamp,
    expires boolean NOT NULL,
    closed timestamp,
    revoked timestamp,
    expired timestamp,
    expiration_time timestamp NOT NULL,
    due timestamp,
    attempts bigint NOT NULL,
    attempted timestamp
);
CREATE INDEX pam_request_creator ON pam_request (creator_id, expiration_time, creation_time, id);
CREATE INDEX pam_request_role ON pam_request (role_id, creation_time);
CREATE INDEX pam_request_due ON pam_request (due) WHERE due IS NOT NULL;
CREATE INDEX pam_request_open ON pam_request (creator_id, role_id) WHERE due IS NOT NULL;

-- The groups of a grant, as they were when it was begun.
CREATE TABLE pam_request_group (
    request_id uuid NOT NULL,
    group_id uuid NOT NULL,
    name text NOT NULL,
    target text NOT NULL,
    PRIMARY KEY (request_id, group_id)
);

-- The requests that an owner can decide about, for each owner.
CREATE VIEW pam_request_to_approve AS
SELECT r.*, o.user_id AS approver_id,
    r.id AS fim_request_value, r.creator_id AS requestor_value, r.approval_id AS approval_object_value
FROM pam_request r
JOIN pam_role_user o ON o.role_id = r.role_id AND o.part = 'owner' AND o.user_id <> r.creator_id
WHERE r.approval_needed AND r.decided IS NULL AND r.closed IS NULL AND r.refused IS NULL;

-- The roles that a candidate can ask for, for each candidate.
CREATE VIEW pam_role_for_candidate AS
SELECT r.*, c.user_id AS candidate_id
FROM pam_role r
JOIN pam_role_user c ON c.role_id = r.id AND c.part = 'candidate';

-- What the granter "journal" has granted.
CREATE TABLE pam_membership (
    user_id uuid NOT NULL,
    group_id uuid NOT NULL,
    until_time timestamp NOT NULL,
    PRIMARY KEY (user_id, group_id)
);

-- Who works on what; others wait until the time has passed.
CREATE TABLE pam_lease (
    name text NOT NULL PRIMARY KEY,
    node text NOT NULL,
    holder text NOT NULL,
    until_time timestamp NOT NULL
);

CREATE TABLE pam_audit (
    seq bigint NOT NULL PRIMARY KEY,
    id integer NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    at timestamp NOT NULL,
    node text NOT NULL,
    correlation text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    actor_method text NOT NULL,
    actor_address text NOT NULL,
    request_id uuid,
    role_id uuid,
    role_name text NOT NULL,
    subject text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    requested_ttl_s bigint NOT NULL,
    effective_ttl_s bigint NOT NULL,
    ends_at timestamp,
    granted_groups text NOT NULL,
    hash text NOT NULL
);
CREATE INDEX pam_audit_request ON pam_audit (request_id, seq);

-- The end of the chain: one row.
CREATE TABLE pam_audit_head (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    seq bigint NOT NULL,
    hash text NOT NULL
);
INSERT INTO pam_audit_head (id, seq, hash) VALUES (1, 0, '');

-- Events of removals that the chain could not take; they are added to it later.
CREATE TABLE pam_audit_owed (
    id uuid NOT NULL PRIMARY KEY,
    at timestamp NOT NULL,
    event text NOT NULL
);

-- How far each sink has acknowledged.
CREATE TABLE pam_audit_sink (
    name text NOT NULL PRIMARY KEY,
    seq bigint NOT NULL,
    at timestamp NOT NULL
);
