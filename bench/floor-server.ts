/**
 * The least that a server on this runtime does: it gives what comes over a socket to the sockets of the same room,
 * byte for byte, and nothing else. Its rates are the floor that our own are compared with.
 *
 *   bun bench/floor-server.ts      prints its address
 *
 * The path of a socket is its room; under `/echo/` a message goes to its sender alone.
 */
const server = Bun.serve<{ readonly room: string }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, self) {
    const room = new URL(request.url).pathname;
    return self.upgrade(request, { data: { room } }) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open: (socket) => void socket.subscribe(socket.data.room),
    message(socket, message) {
      if (socket.data.room.startsWith("/echo/")) socket.send(message);
      else server.publish(socket.data.room, message);
    },
  },
});
console.log(`http://127.0.0.1:${server.port ?? 0}`);
