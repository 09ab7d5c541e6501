"""Socket.IO: connections, rooms, push after the commit, replay."""
