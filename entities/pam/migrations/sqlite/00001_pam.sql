-- +goose Up
-- Times are in UTC. A fact that is not there is NULL, a text that is not there ''.

CREATE TABLE pam_user (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    account_key TEXT NOT NULL UNIQUE, -- account in lower case
    display_name TEXT NOT NULL,
    phone TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    source TEXT NOT NULL -- 'file' or 'command'
) STRICT;

CREATE TABLE pam_group (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE pam_team (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE pam_role (
    id TEXT NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    description TEXT, -- NULL for none
    ttl_s INTEGER NOT NULL,
    available_from TEXT NOT NULL, -- the time of day; year 1 without a window
    available_to TEXT NOT NULL,
    window_enabled INTEGER NOT NULL,
    mfa_enabled INTEGER NOT NULL,
    approval_enabled INTEGER NOT NULL,
    no_auto_approval INTEGER NOT NULL,
    refuse_long_ttl INTEGER NOT NULL,
    source TEXT NOT NULL
) STRICT;

-- Who belongs to what, as it was defined: part is 'candidate' or 'owner' of a role,
-- 'group' of a role, or 'member' of a team.
CREATE TABLE pam_part (
    whole_id TEXT NOT NULL,
    part TEXT NOT NULL,
    position INTEGER NOT NULL,
    member_id TEXT NOT NULL,
    PRIMARY KEY (whole_id, part, member_id)
) STRICT, WITHOUT ROWID;

-- The same with teams resolved to users: what rules and queries look at.
CREATE TABLE pam_role_user (
    role_id TEXT NOT NULL,
    part TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (role_id, part, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pam_role_user_user ON pam_role_user (user_id, part, role_id);

CREATE TABLE pam_request (
    id TEXT NOT NULL PRIMARY KEY,
    approval_id TEXT NOT NULL UNIQUE,
    role_id TEXT NOT NULL,
    role_name TEXT NOT NULL,
    creator_id TEXT NOT NULL,
    requestor TEXT NOT NULL,
    justification TEXT, -- NULL for none
    creation_time TEXT NOT NULL,
    creation_method TEXT NOT NULL,
    requested_ttl_s INTEGER NOT NULL,
    requested_time TEXT NOT NULL,
    factor_needed INTEGER NOT NULL,
    factor_reference TEXT NOT NULL,
    factor_due TEXT,
    factor_done TEXT,
    factor_failed TEXT,
    approval_needed INTEGER NOT NULL,
    approval_due TEXT,
    decided TEXT,
    approved INTEGER NOT NULL,
    decided_by TEXT,
    start_time TEXT NOT NULL,
    refused TEXT,
    grant_begun TEXT,
    granted TEXT,
    ends TEXT,
    expires INTEGER NOT NULL,
    closed TEXT,
    revoked TEXT,
    expired TEXT,
    expiration_time TEXT NOT NULL,
    due TEXT,
    attempts INTEGER NOT NULL,
    attempted TEXT
) STRICT;
CREATE INDEX pam_request_creator ON pam_request (creator_id, expiration_time, creation_time, id);
CREATE INDEX pam_request_role ON pam_request (role_id, creation_time);
CREATE INDEX pam_request_due ON pam_request (due) WHERE due IS NOT NULL;
CREATE INDEX pam_request_open ON pam_request (creator_id, role_id) WHERE due IS NOT NULL;

-- The groups of a grant, as they were when it was begun.
CREATE TABLE pam_request_group (
    request_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (request_id, group_id)
) STRICT, WITHOUT ROWID;

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
    user_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    until_time TEXT NOT NULL,
    PRIMARY KEY (user_id, group_id)
) STRICT, WITHOUT ROWID;

-- Who works on what; others wait until the time has passed.
CREATE TABLE pam_lease (
    name TEXT NOT NULL PRIMARY KEY,
    node TEXT NOT NULL,
    holder TEXT NOT NULL,
    until_time TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pam_audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    at TEXT NOT NULL,
    node TEXT NOT NULL,
    correlation TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    actor_method TEXT NOT NULL,
    actor_address TEXT NOT NULL,
    request_id TEXT,
    role_id TEXT,
    role_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    requested_ttl_s INTEGER NOT NULL,
    effective_ttl_s INTEGER NOT NULL,
    ends_at TEXT,
    granted_groups TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX pam_audit_request ON pam_audit (request_id, seq);

-- The end of the chain: one row.
CREATE TABLE pam_audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO pam_audit_head (id, seq, hash) VALUES (1, 0, '');

-- Events of removals that the chain could not take; they are added to it later.
CREATE TABLE pam_audit_owed (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL
) STRICT;

-- How far each sink has acknowledged.
CREATE TABLE pam_audit_sink (
    name TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
