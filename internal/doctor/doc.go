// Package doctor looks at a machine for what keeps a GPS receiver from setting its
// clock, and says for each thing what it saw, why that matters, and the exact line to
// type or write.
//
// A [Patient] is a machine as its files show it: /boot, /proc, /sys, /dev and /etc
// below a [Root], which may also be a copy of another machine's. What no file tells
// comes from [Live]: GPIO lines, the port, the pulse. [Examine] runs the table of
// checks, each of which has a file or a function of its own with its text next to it;
// [Listen] hears the receiver, and judges what was heard apart from hearing it.
//
// Nothing is written, no setting is changed for good, nothing is sent to the
// receiver. What may not be seen is said to be so.
package doctor
