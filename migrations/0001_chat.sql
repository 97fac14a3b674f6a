-- The directory (users, conversations, participants) and the archive (messages, receipts) that follows the rooms.
-- An index is a row written more, so there are only those that a query needs.

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL,
  display_name TEXT NOT NULL DEFAULT '',
  first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '',
  avatar TEXT,
  headline TEXT NOT NULL DEFAULT '',
  -- `iat` of the token that filled the profile, in seconds: an older token does not bring an old name back.
  claims_issued_at INTEGER NOT NULL DEFAULT 0
);

-- AUTOINCREMENT, because an id names a Durable Object for ever and must never be given twice.
CREATE TABLE conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- "lower id:higher id" of a one-to-one conversation.
  pair_key TEXT UNIQUE,
  created_at INTEGER NOT NULL
);

CREATE TABLE participants (
  user_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  unread_count INTEGER NOT NULL DEFAULT 0,
  -- Everything that others sent up to this id is read.
  read_through INTEGER NOT NULL DEFAULT 0,
  -- The room's version that this row tells of; an older one never overwrites it.
  version INTEGER NOT NULL DEFAULT 0,
  -- When this row was archived, by this database's own clock, in milliseconds.
  archived_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX participants_by_conversation ON participants (conversation_id);

CREATE TABLE messages (
  conversation_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  sender_id INTEGER NOT NULL,
  content TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  client_id TEXT,
  version INTEGER NOT NULL,
  archived_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, id)
) WITHOUT ROWID;

-- A range of messages that one user read at one time: `mark all as read` is one row, however many it reads.
CREATE TABLE receipts (
  conversation_id INTEGER NOT NULL,
  reader_id INTEGER NOT NULL,
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  archived_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, reader_id, first_id)
) WITHOUT ROWID;
