package main

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

// Exit codes as in sysexits.h of BSD. A service manager restarts refclock after the
// temporary ones, such as a missing device.
const (
	exitOK         = 0
	exitFailure    = 1
	exitUsage      = 64 // EX_USAGE: the command line is wrong
	exitInput      = 65 // EX_DATAERR: the input is not what it should be
	exitDevice     = 69 // EX_UNAVAILABLE: a device, a unit or a server is missing or is something else
	exitPermission = 77 // EX_NOPERM: it exists, but access is denied
	exitConfig     = 78 // EX_CONFIG: the configuration is wrong
)

// A codedError is an error that knows its exit code.
type codedError struct {
	code int
	err  error
}

func (e codedError) Error() string { return e.err.Error() }
func (e codedError) Unwrap() error { return e.err }

// errTold is a failure that the output of the command explains.
var errTold = errors.New("see the output")

func usageError(text string) error { return codedError{exitUsage, errors.New(text)} }

func exitCode(err error) int {
	var coded codedError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		return coded.code
	case errors.Is(err, settings.ErrConfig): // before the error of its file
		return exitConfig
	case errors.Is(err, settings.ErrInput), errors.Is(err, htntp.ErrNoCertificates), errors.Is(err, regularfile.ErrNotRegular), errors.Is(err, regularfile.ErrSize):
		return exitInput
	case errors.Is(err, fs.ErrPermission):
		return exitPermission
	case errors.Is(err, status.ErrRunning), errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.ENOSPC), errors.Is(err, serialport.ErrNoTTY),
		errors.Is(err, shm.ErrAbsent), errors.Is(err, shm.ErrSize),
		errors.Is(err, htntp.ErrNoMajority), errors.Is(err, htntp.ErrBootstrap), errors.Is(err, htntp.ErrStepped), errors.Is(err, htntp.ErrLeapSecond),
		isPulseError(err):
		return exitDevice
	}
	return exitFailure
}

// isPulseError reports whether the source of a pulse is missing or is something else.
func isPulseError(err error) bool {
	for _, known := range []error{
		pps.ErrKtimer, pps.ErrNoPPS, pps.ErrNoCapture, pps.ErrNoChip, pps.ErrNoLine, pps.ErrNoModem, pps.ErrNoDiscipline, pps.ErrKernel, pps.ErrGone,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
