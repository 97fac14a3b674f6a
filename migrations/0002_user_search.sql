-- Searching users by the beginning of a name, in any case. Written only when a profile changes, so they cost next to nothing.
CREATE INDEX users_by_username ON users (username COLLATE NOCASE);
CREATE INDEX users_by_display_name ON users (display_name COLLATE NOCASE);
