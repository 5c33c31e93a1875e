// Package daemonconf reads what the configuration of a time daemon says of
// reference clocks: chrony.conf with its include, confdir and sourcedir, ntp.conf
// with its includefile, of ntpd as of NTPsec, which reads a folder ntp.d beside it too.
//
// It reads and understands, and judges nothing but the syntax: what is wise is for
// the caller to say. Each thing that it gives tells the file and line that it stands
// in, so that a person can be sent there.
package daemonconf
