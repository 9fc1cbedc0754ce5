// Socket.IO on Node, WebSocket only: everybody who connects gets every message, by one emit() to all.
const { createServer } = require("node:http");
const { Server } = require("socket.io");
const pace = require("./pace.js");

const [port, rate, burst, frame] = [Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]), process.argv[5]];
const http = createServer({ noDelay: true });
const server = new Server(http, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
http.listen(port, "127.0.0.1");
const station = JSON.parse(frame);

pace(rate, () => {
  for (let i = 0; i < burst; i++) server.emit("station", station);
});
