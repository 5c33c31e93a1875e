// Package ubx decodes UBX, the binary protocol of u-blox receivers: the messages about time,
// leap seconds, the pulse, the antenna and interference.
//
// The input is chunks of bytes in which UBX may be mixed with NMEA sentences, other
// protocols and noise. The output is messages with a valid checksum:
//
//	bytes --> Framer --Message--> DecodePVT, DecodeTimeLS, ... --> PVT, TimeLS, ...
//
// The package reads no clock, does no I/O, starts no goroutine and logs nothing. It decodes
// what a receiver sends; it does not decide what to trust. The comments of the types name
// what is known to be unreliable.
//
// The layouts are from u-blox's interface descriptions: u-blox 8 / M8 (UBX-13003221), ZED-F9T
// (UBX-20033635) and M10 SPG 5.10 (UBX-21035062). Numbers are little endian.
package ubx
