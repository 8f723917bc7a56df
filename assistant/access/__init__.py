"""Who gets in, and what stands in front of every route and every event of the chat's socket.

`doors.Doors` holds everything: accounts, sessions, limits, and how one logs in. `gate.Gate` asks it before each request and each frame of
the socket; `rules` says what each route and event needs, and what it does not name is closed.
"""
