-- +goose Up
-- The last event that was deleted because of its age, and its hash, which the next
-- one is chained to. Without one, 0 and ''.
ALTER TABLE pam_audit_head ADD COLUMN pruned_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE pam_audit_head ADD COLUMN pruned_hash text NOT NULL DEFAULT '';

-- Since when a sink takes no events; NULL while it takes them.
ALTER TABLE pam_audit_sink ADD COLUMN lost_since timestamp;
