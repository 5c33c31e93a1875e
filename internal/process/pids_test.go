package process

import (
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"
)

func TestPIDs(t *testing.T) {
	proc := fstest.MapFS{"9/comm": {}, "10/comm": {}, "1/comm": {}, "sys/kernel": {}, "self": {}, "12a": {}, "cmdline": {}}
	entries, err := fs.ReadDir(proc, ".")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := PIDs(entries), []int{1, 9, 10}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestPIDsOfThisMachine(t *testing.T) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip(err)
	}
	if !slices.Contains(PIDs(entries), os.Getpid()) {
		t.Error("this process is missing")
	}
}
