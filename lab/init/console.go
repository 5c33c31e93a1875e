package main

import "golang.org/x/sys/unix"

// silenceEcho has the console not repeat to the host what it says.
func silenceEcho() error {
	const console = 0
	settings, err := unix.IoctlGetTermios(console, unix.TCGETS)
	if err != nil {
		return err
	}
	settings.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(console, unix.TCSETS, settings)
}
