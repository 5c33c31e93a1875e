// Package conf parses the reference clocks in the configuration of a time daemon:
// chrony.conf with its include, confdir and sourcedir, and ntp.conf with its
// includefile, for ntpd and for NTPsec, which also reads the folder ntp.d next to it.
//
// It checks only the syntax; package lint checks the rest. Each result has the
// file and the line that it is from.
package conf
