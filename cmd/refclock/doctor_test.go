package main

import (
	"context"
	"strings"
	"testing"
)

func TestDoctorUsage(t *testing.T) {
	for args, want := range map[string]string{
		"doctor /dev/a /dev/b":   "one device",
		"doctor --root /nowhere": "expected a folder",
		"doctor --pps pps0":      "did you mean /dev/pps0?",
		"doctor --listen 1ms":    "1s to 1h",
	} {
		err := run(context.Background(), strings.Fields(args))
		if exitCode(err) != exitUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: code %d, %v; want code 64 and %q", args, exitCode(err), err, want)
		}
	}
}

// A machine that is well ends with 0, one that is not with 1.
func TestDoctorExit(t *testing.T) {
	const healthy = "../../internal/doctor/testdata/healthy/pi4-bookworm/root"
	for args, want := range map[string]int{
		"doctor --json --no-listen --root " + healthy:         exitOK,
		"doctor --no-listen --root " + healthy + " /dev/gone": exitFailure,
		"doctor --no-listen --root " + t.TempDir():            exitFailure,
	} {
		if err := run(context.Background(), strings.Fields(args)); exitCode(err) != want {
			t.Errorf("%q: %v, want code %d", args, err, want)
		}
	}
}
