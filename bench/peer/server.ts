/**
 * A chat as people write it with Socket.IO: one Node process, connection state recovery, and each message committed to SQLite
 * before it is passed on. `synchronous = FULL`, so that a commit means the same as in a Durable Object. Run as a child process.
 */
import { DatabaseSync } from "node:sqlite";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("give the database file");
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec(`CREATE TABLE messages (id INTEGER PRIMARY KEY, room TEXT NOT NULL, content TEXT NOT NULL, sent_at INTEGER);
  CREATE INDEX messages_by_room ON messages (room, id)`);
const insert = database.prepare("INSERT INTO messages (room, content, sent_at) VALUES (?, ?, ?)");

const http = createServer();
const io = new Server(http, { connectionStateRecovery: {}, transports: ["websocket"] });
io.on("connection", (socket) => {
  const room = String(socket.handshake.auth["room"]);
  void socket.join(room);
  socket.on("chat_message", (message: { content: string }) => {
    const sentAt = Date.now();
    const { lastInsertRowid } = insert.run(room, message.content, sentAt);
    io.to(room).emit("chat_message", {
      message_id: Number(lastInsertRowid),
      content: message.content,
      timestamp: new Date(sentAt).toISOString(),
    });
  });
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
// The benchmark has gone: so does its peer.
process.on("disconnect", () => process.exit());
