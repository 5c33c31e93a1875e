package main

import "golang.org/x/sys/unix"

// silenceEcho turns off the console's echo of the host's input.
func silenceEcho() error {
	const console = 0
	settings, err := unix.IoctlGetTermios(console, unix.TCGETS)
	if err != nil {
		return err
	}
	settings.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(console, unix.TCSETS, settings)
}
