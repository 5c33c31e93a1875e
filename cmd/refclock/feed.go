package main

var feedCommand = clockCommand(command{
	name:     "feed",
	operands: "[-- COMMAND ARGUMENT...]",
	summary:  "publish the clock of another program, which prints a line each second",
	text: `
Reads lines from standard input, a FIFO, a socket, or a COMMAND that it starts:

    CLOCK [RECEIVE] [leap=none|insert|delete] [precision=SECONDS]

CLOCK is the time of the clock, and RECEIVE the time of the system clock at the same
instant. Without RECEIVE, that is when the line arrives. A time is in seconds since 1970
such as 1764255000.25, in RFC 3339 such as 2026-11-27T14:50:00.25Z, or relative to the
system clock such as now-0.25. Lines that are empty or begin with # are ignored. The
program must flush each line.

    while echo now-1; do sleep 1; done | refclock feed --unit 2
    refclock feed --unit 2 -- python3 -u myclock.py

The first publishes a clock that is one second behind. The second starts the program, and
starts it again when it ends.`,
})
