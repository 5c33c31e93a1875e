// Package doctor finds what keeps a GPS receiver from setting the clock of a machine.
// Each [Finding] says what was found, why it matters, and the exact line to type or to
// write.
//
// A [Machine] holds what was read from /boot, /proc, /sys, /dev and /etc below a
// [Root], which may be a copy of another machine's files. What is in no file is asked
// of [Live]: GPIO lines, the port, the pulse. [Examine] runs the table of checks.
// [Listen] records the receiver, then judges the recording.
//
// The package writes no file, restores each setting that it changes, and sends nothing
// to the receiver. A check that lacks the permission to look reports SKIP.
package doctor
