module github.com/refclock/refclock

go 1.26.8

require (
	github.com/adrianmo/go-nmea v1.10.0
	go.bug.st/serial v1.8.0
	golang.org/x/sys v0.49.0
)
