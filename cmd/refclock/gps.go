package main

var gpsCommand = clockCommand(command{
	name:     "gps",
	operands: "[DEVICE]",
	summary:  "publish the time of a GPS receiver on a serial port",
	text: `
Reads NMEA sentences from DEVICE, a serial port, and publishes the time of each second
to a unit. Without DEVICE, refclock searches for the receiver, its baud rate and its
pulse. It never writes to the receiver. It starts to publish some seconds after the
receiver has a fix, and explains on standard error why it does not.

The pulse has the next unit. Its samples are stamped at the edge: to a microsecond instead
of some milliseconds. refclock learns from the sentences which second an edge
begins, and how long after the edge they arrive. Configure the time daemon to read both
units; refclock config prints the lines for each. For chrony, they are:

    refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e-1 poll 4 noselect
    refclock SHM 1:perm=0600 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer

chrony also reads sockets, --sock PATH and --pps-sock PATH. It recommends them over
units, since it creates them itself.

Without a pulse, samples are late by the time from the second to the receiver's burst,
50 to 700 ms, unless --delay gives it. While other servers keep the system clock right,
the delay is the offset that refclock monitor shows, without its minus sign. Remove
noselect once it is right. To try a simulated receiver, use refclock simulate.`,
})
